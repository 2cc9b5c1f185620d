import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { reshapeTensor, squeezeLastAxis } from '../../kernels/reshapeTensor.js';
import { tensorOf, valueOf, type TensorValue } from '../../kernels/tensor.js';

export interface ReshapeFieldOptions<N extends string, I extends string> {
  readonly field: N;
  /** Where the result goes. @default `field` */
  readonly into?: I;
  /** One side may be -1: what is left. `without-last`: the axes as they are but for the last, which has length 1. */
  readonly shape: readonly number[] | 'without-last';
  /** The stage's name, where it stands more than once in a pipeline. @default 'reshapeField' */
  readonly name?: string;
}

/**
 * The values of a field under other axes: big_vision's `reshape(new_shape)` and `squeeze_last_dim` (specs/vision-language.md 1.2). Several axes are lists in
 * lists. A sample whose values do not fill the shape goes to quarantine, `field-shape`.
 *
 * @throws UsageError for a shape that is none
 */
export function reshapeField<const N extends string, S extends Sample & Readonly<Record<N, TensorValue>>, const I extends string = N>({
  field,
  into = field as string as I,
  shape,
  name = 'reshapeField',
}: ReshapeFieldOptions<N, I>): Stage<S, With<S, Readonly<Record<I, TensorValue>>> & Sample> {
  if (shape !== 'without-last' && (!shape.every((side) => Number.isSafeInteger(side) && side >= -1) || shape.filter((side) => side === -1).length > 1)) {
    throw new UsageError(`${name}: \`shape\` must be made of whole numbers, one of which may be -1, got [${shape.join(', ')}]`);
  }
  const work = (value: TensorValue): TensorValue => valueOf(shape === 'without-last' ? squeezeLastAxis(tensorOf(value)) : reshapeTensor(tensorOf(value), shape));
  return mapSample<S, Readonly<Record<I, TensorValue>>>(name, (sample) => ({ [into]: work(sample[field]) }) as Readonly<Record<I, TensorValue>>, { field, into, shape });
}
