import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { concatTensors } from '../../kernels/concatTensors.js';
import { tensorOf, valueOf, type Tensor, type TensorValue } from '../../kernels/tensor.js';

export interface ConcatFieldsOptions<N extends string, I extends string> {
  readonly fields: readonly [N, ...N[]];
  /** Where the result goes. @default the first of `fields` */
  readonly into?: I;
  /** Counted from the end where negative. @default -1 */
  readonly axis?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'concatFields' */
  readonly name?: string;
}

/**
 * Fields side by side in one: big_vision's `concat(inkeys, outkey, axis)` (specs/vision-language.md 1.2). A sample whose fields do not fit together goes to
 * quarantine, `field-shape`.
 *
 * @throws UsageError when an option is out of range
 */
export function concatFields<const N extends string, S extends Sample & Readonly<Record<N, TensorValue>>, const I extends string = N>({
  fields,
  into = fields[0] as string as I,
  axis = -1,
  name = 'concatFields',
}: ConcatFieldsOptions<N, I>): Stage<S, With<S, Readonly<Record<I, TensorValue>>> & Sample> {
  if (fields.length === 0) throw new UsageError(`${name}: \`fields\` must name at least one field`);
  checkInteger(name, 'axis', axis, Number.MIN_SAFE_INTEGER);
  const work = (sample: S): TensorValue => valueOf(concatTensors(fields.map((field) => tensorOf(sample[field])) as [Tensor, ...Tensor[]], axis));
  return mapSample<S, Readonly<Record<I, TensorValue>>>(name, (sample) => ({ [into]: work(sample) }) as Readonly<Record<I, TensorValue>>, { fields, into, axis });
}
