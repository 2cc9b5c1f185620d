import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { chooseIndices } from '../../kernels/text/chooseIndices.js';
import { SampleFault } from '../../kernels/sampleFault.js';

/** `one`: an element instead of a list; else a list of as many, or of a number drawn between two, both included. */
export type ChooseCount = 'one' | number | readonly [min: number, max: number];

/** The lists of `S` named by `Field` after the choice. */
export type Chosen<S, Field extends string, Count extends ChooseCount> = {
  readonly [K in Field]: K extends keyof S ? (S[K] extends readonly (infer E)[] ? (Count extends 'one' ? E : readonly E[]) : never) : never;
};

export interface ChooseOptions<Count extends ChooseCount> {
  /** How many. @default 'one' */
  readonly count?: Count;
  /** Take all where a sample has fewer than `count`; otherwise it is refused, `list-too-short`. @default false */
  readonly fewerOk?: boolean;
  /** The stage's name, where it stands more than once in a pipeline. @default 'choose' */
  readonly name?: string;
}

/**
 * Keep some elements of a list, such as one caption of five: drawn anew in each epoch without replacement, kept in their order, the same places in all `fields`.
 * big_vision's `choice` (specs/vision-language.md 1.2), drawn by (seed, stage, origin).
 *
 * ```ts
 * choose(['text'])                            // text: ['a cat', 'a pet'] becomes text: 'a pet'
 * choose(['question', 'answer'], { count: [1, 4], fewerOk: true })
 * ```
 *
 * Lists of different lengths are refused, `list-lengths`. See `chooseInTurn` for taking each element equally often.
 *
 * @throws UsageError when an option is out of range
 */
export function choose<S extends Sample & { readonly [K in Field]: readonly unknown[] }, const Field extends string, const Count extends ChooseCount = 'one'>(
  fields: readonly Field[],
  { count = 'one' as Count, fewerOk = false, name = 'choose' }: ChooseOptions<Count> = {},
): Stage<S, With<S, Chosen<S, Field, Count>> & Sample> {
  const [min, max] = typeof count === 'string' ? [1, 1] : typeof count === 'number' ? [count, count] : count;
  checkInteger(name, 'count', min, 1);
  checkInteger(name, 'count (most)', max, min);
  if (fields.length === 0) throw new UsageError(`${name}: there must be at least one field`);
  return mapSample(
    name,
    (sample: S, tools) => {
      const lengths = fields.map((field) => sample[field].length);
      const of = lengths[0]!;
      if (lengths.some((length) => length !== of)) throw new SampleFault('list-lengths', `${fields.join(', ')} must be equally long, they have ${lengths.join(', ')} elements`);
      const random = tools.random();
      const wanted = random.integer(min, max);
      if (of < wanted && (!fewerOk || (count === 'one' && of === 0))) throw new SampleFault('list-too-short', `${fields.join(', ')}: ${wanted} of ${of} elements cannot be chosen`);
      const places = chooseIndices(Math.min(wanted, of), of, random);
      return Object.fromEntries(fields.map((field) => [field, count === 'one' ? sample[field][places[0]!] : places.map((place) => sample[field][place])]));
    },
    { fields, count, fewerOk },
  ) as unknown as Stage<S, With<S, Chosen<S, Field, Count>> & Sample>;
}
