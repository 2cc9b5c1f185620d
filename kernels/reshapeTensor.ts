import { SampleFault } from './sampleFault.js';
import { sizeOf, type Tensor } from './tensor.js';

/** The same values under other axes; one side may be -1, which is what is left. @throws SampleFault `field-shape` when the values do not fill it */
export function reshapeTensor(tensor: Tensor, wanted: readonly number[]): Tensor {
  const size = tensor.values.length;
  const known = sizeOf(wanted.filter((side) => side !== -1));
  const shape = wanted.map((side) => (side === -1 ? size / known : side));
  if (sizeOf(shape) !== size || !shape.every(Number.isInteger)) throw new SampleFault('field-shape', `the ${size} values of [${tensor.shape.join(', ')}] do not fill [${wanted.join(', ')}]`);
  return { ...tensor, shape };
}

/** Without the last axis, which must have length 1. big_vision's `squeeze_last_dim` (specs/vision-language.md 1.2). @throws SampleFault `field-shape` */
export function squeezeLastAxis(tensor: Tensor): Tensor {
  if (tensor.shape.at(-1) !== 1) throw new SampleFault('field-shape', `the last axis of [${tensor.shape.join(', ')}] has not length 1`);
  return { ...tensor, shape: tensor.shape.slice(0, -1) };
}
