import { SampleFault } from './sampleFault.js';
import { filledLike, sizeOf, type Tensor } from './tensor.js';

/**
 * Tensors side by side along an axis, counted from the end where negative; typed where the first is. big_vision's `concat` (specs/vision-language.md 1.2).
 *
 * @throws SampleFault `field-shape` when there is no such axis, or the other axes differ
 */
export function concatTensors(tensors: readonly [Tensor, ...Tensor[]], axis: number): Tensor {
  const [first] = tensors;
  const at = axis < 0 ? axis + first.shape.length : axis;
  const rest = ({ shape }: Tensor): string => `${shape.length}: ${shape.filter((_, index) => index !== at).join(', ')}`;
  if (!(at >= 0 && at < first.shape.length) || tensors.some((tensor) => rest(tensor) !== rest(first))) {
    throw new SampleFault('field-shape', `${tensors.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ')} do not fit together along axis ${axis}`);
  }
  const shape = first.shape.map((side, index) => (index === at ? tensors.reduce((sum, tensor) => sum + (tensor.shape[at] as number), 0) : side));
  const outer = sizeOf(shape.slice(0, at));
  const values = filledLike(first.values, sizeOf(shape), 0) as number[];
  let to = 0;
  for (let row = 0; row < outer; row += 1) {
    for (const tensor of tensors) {
      const length = sizeOf(tensor.shape.slice(at));
      for (let i = 0; i < length; i += 1) values[to++] = tensor.values[row * length + i] as number;
    }
  }
  return { shape, values, isPicture: first.isPicture };
}
