import { perSample } from '../../engine/perSample.js';
import type { Sample } from '../../engine/sample.js';
import { stage, type Stage } from '../../engine/stage.js';
import { SampleFault } from '../../kernels/sampleFault.js';

/** An operator's own field: the field that stands in its place. */
export type FieldMap = Readonly<Record<string, string>>;

type Fields = Record<string | symbol, unknown>;

/** The operator's own fields while others stand in their places. */
const STASH = Symbol('own fields');

/**
 * Let a stage that is written for certain fields work on others: it reads and writes those of the maps, and leaves its own, if the sample has them, as they
 * were. A sample that lacks a field that is read goes to quarantine, `field-missing`.
 */
export function onFields(inner: Stage<never, Sample>, reads: FieldMap, writes: FieldMap): Stage<Sample, Sample> {
  const moved = ([own, field]: readonly [string, string]): boolean => own !== field;
  const [from, to] = [Object.entries(reads).filter(moved), Object.entries(writes).filter(moved)];
  const owns = [...new Set([...from, ...to].map(([own]) => own))];

  const before = (sample: Sample): Sample => {
    const given = sample as unknown as Fields;
    const missing = Object.values(reads).find((field) => given[field] === undefined);
    if (missing !== undefined) throw new SampleFault('field-missing', `the sample has no field \`${missing}\``);
    if (owns.length === 0) return sample;
    const seen: Fields = { ...given, [STASH]: Object.fromEntries(owns.filter((own) => own in given).map((own) => [own, given[own]])) };
    for (const [own, field] of from) seen[own] = given[field];
    return seen as unknown as Sample;
  };
  const after = (sample: Sample): Sample => {
    if (owns.length === 0) return sample;
    const made = sample as unknown as Fields;
    const { [STASH]: stash, ...out } = made as Fields & { readonly [STASH]: Readonly<Record<string, unknown>> };
    for (const own of owns) delete out[own];
    Object.assign(out, stash, Object.fromEntries(to.map(([own, field]) => [field, made[own]])));
    return out as unknown as Sample;
  };
  const { stage: options } = inner as unknown as Stage<Sample, Sample>;
  return stage<Sample, Sample>({
    ...options,
    options: owns.length === 0 ? (options.options ?? {}) : { ...options.options, reads, writes },
    connect: (context) => {
      const [enter, work, leave] = [perSample(context, before), options.connect(context), perSample(context, after)];
      return (source) => leave(work(enter(source)));
    },
  });
}
