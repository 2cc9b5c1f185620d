import { perSample } from '../../engine/perSample.js';
import type { Sample } from '../../engine/sample.js';
import { stage, type Stage } from '../../engine/stage.js';
import { SampleFault } from '../../kernels/sampleFault.js';

/** Of every sample; they stay as they are. */
const OWN = new Set(['key', 'origin', 'cursor', 'members']);

export interface MapFieldsOptions {
  /** A sample that lacks one is refused, `field-missing`. @default none */
  readonly needs?: readonly string[];
  /** Everything the output depends on, as plain JSON. */
  readonly options?: object;
}

type Entry = readonly [field: string, value: unknown];

/** One sample in, the same sample with other fields out: unlike `mapSample`, `work` also says which are left away. It gets and gives all but who the sample is. */
export function mapFields<A extends Sample, B extends Sample>(name: string, { needs = [], options = {} }: MapFieldsOptions, work: (fields: readonly Entry[]) => readonly Entry[]): Stage<A, B> {
  return stage<A, B>({
    name,
    arity: 'one',
    options,
    connect: (context) =>
      perSample<A, B>(context, (sample: object) => {
        const missing = needs.find((field) => (sample as Readonly<Record<string, unknown>>)[field] === undefined);
        if (missing !== undefined) throw new SampleFault('field-missing', `the sample has no field \`${missing}\``);
        const entries = Object.entries(sample);
        return Object.fromEntries([...entries.filter(([field]) => OWN.has(field)), ...work(entries.filter(([field]) => !OWN.has(field)))]) as unknown as B;
      }),
  });
}
