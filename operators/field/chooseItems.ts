import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { drawPlaces, type ChoiceCount } from '../../kernels/drawPlaces.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { tensorRow, tensorRows } from '../../kernels/tensorRows.js';
import { tensorOf, valueOf, type TensorValue } from '../../kernels/tensor.js';

/** The fields `Field` after the choice: of a list an element, or a list of them. */
export type Chosen<S, Field extends string, Count extends ChoiceCount> = {
  readonly [K in Field]: K extends keyof S ? (S[K] extends readonly (infer E)[] ? (Count extends 'single' ? E : readonly E[]) : TensorValue) : TensorValue;
};

export interface ChooseItemsOptions<N extends string, I extends string, Count extends ChoiceCount> {
  /** Lists of one length: the same places are taken of each. */
  readonly fields: readonly [N, ...N[]];
  /** How many: `single` takes one and no list, a number so many, two numbers from as many to as many, both included. @default 'single' */
  readonly count?: Count;
  /** Take all where there are fewer than asked for, but for `single`. @default false: such samples are refused, `too-few-to-choose` */
  readonly fewerOk?: boolean;
  /** Where the results go, in the order of `fields`. @default in their own place */
  readonly into?: readonly I[];
  /** The stage's name, where it stands more than once in a pipeline. @default 'chooseItems' */
  readonly name?: string;
}

/**
 * Some entries of lists, drawn without replacement by (seed, stage, origin), so anew in each epoch, and left in their order: big_vision's `choice`
 * (specs/vision-language.md 1.2), for one of several captions, say.
 *
 * ```ts
 * chooseItems({ fields: ['text'] })                                     // text: ['a cat', 'a pet'] becomes text: 'a pet'
 * chooseItems({ fields: ['question', 'answer'], count: [1, 4], fewerOk: true })
 * ```
 * Lists of different lengths are refused, `field-shape`. See `chooseInTurn` for taking each element equally often.
 *
 * @throws UsageError when an option is out of range
 */
export function chooseItems<const N extends string, S extends Sample & Readonly<Record<N, TensorValue>>, const I extends string = N, const Count extends ChoiceCount = 'single'>({
  fields,
  count = 'single' as Count,
  fewerOk = false,
  into = fields as readonly string[] as readonly I[],
  name = 'chooseItems',
}: ChooseItemsOptions<N, I, Count>): Stage<S, With<S, Chosen<S, I, Count>> & Sample> {
  const [min, max] = typeof count === 'string' ? [1, 1] : typeof count === 'number' ? [count, count] : count;
  checkInteger(name, 'count', min, 0);
  checkInteger(name, 'count', max, min);
  if (fields.length === 0 || into.length !== fields.length) throw new UsageError(`${name}: \`into\` must name one field for each of \`fields\`, got ${into.length} for ${fields.length}`);
  return mapSample<S, Chosen<S, I, Count>>(
    name,
    (sample, { random }) => {
      const tensors = fields.map((field) => tensorOf(sample[field]));
      const lengths = new Set(tensors.map(({ shape }) => shape[0] ?? -1));
      const [length = -1] = lengths;
      if (lengths.size > 1 || length < 0) throw new SampleFault('field-shape', `${fields.join(', ')} must be lists of one length, got ${[...lengths].join(' and ')}`);
      const places = drawPlaces(length, count, fewerOk, random());
      const values = tensors.map((tensor) => valueOf(count === 'single' ? tensorRow(tensor, places[0] as number) : tensorRows(tensor, places)));
      return Object.fromEntries(into.map((field, index) => [field, values[index]])) as Chosen<S, I, Count>;
    },
    { fields, count, fewerOk, into },
  );
}
