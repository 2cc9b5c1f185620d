import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { padTensor, type PadOptions } from '../../kernels/padTensor.js';
import { tensorOf, valueOf, type TensorValue } from '../../kernels/tensor.js';

export interface PadToShapeOptions<N extends string, I extends string> extends PadOptions {
  readonly field: N;
  /** Where the result goes. @default `field` */
  readonly into?: I;
  /** The stage's name, where it stands more than once in a pipeline. @default 'padToShape' */
  readonly name?: string;
}

/**
 * Fill a field up to a shape: big_vision's `pad_to_shape(shape, pad_value, where)` (specs/vision-language.md 1.2). A sample whose value is longer, or has other
 * axes, goes to quarantine, `field-shape`.
 *
 * @throws UsageError when an option is out of range
 */
export function padToShape<const N extends string, S extends Sample & Readonly<Record<N, TensorValue>>, const I extends string = N>({
  field,
  into = field as string as I,
  name = 'padToShape',
  shape,
  value = 0,
  where = 'after',
}: PadToShapeOptions<N, I>): Stage<S, With<S, Readonly<Record<I, TensorValue>>> & Sample> {
  if (shape.some((side) => side !== null && !(Number.isSafeInteger(side) && side >= 0))) throw new UsageError(`${name}: \`shape\` must be made of whole numbers and null, got [${shape.map(String).join(', ')}]`);
  if (!['before', 'after', 'both'].includes(where)) throw new UsageError(`${name}: \`where\` must be before, after or both, got ${String(where)}`);
  const options = { shape, value, where };
  return mapSample<S, Readonly<Record<I, TensorValue>>>(name, (sample) => ({ [into]: valueOf(padTensor(tensorOf(sample[field]), options)) }) as Readonly<Record<I, TensorValue>>, { field, into, ...options });
}
