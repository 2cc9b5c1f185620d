import { SampleFault } from './sampleFault.js';
import { filledLike, sizeOf, type Tensor } from './tensor.js';

export interface PadOptions {
  /** Length of each axis; null: as it is. */
  readonly shape: readonly (number | null)[];
  /** @default 0 */
  readonly value?: number | string;
  /** Where the new values go; `both`: half of them, rounded down, before. @default 'after' */
  readonly where?: 'before' | 'after' | 'both';
}

/** Filled up to a shape. big_vision's `pad_to_shape` (specs/vision-language.md 1.2). @throws SampleFault `field-shape` when it has other axes, or is longer */
export function padTensor(tensor: Tensor, { shape: wanted, value = 0, where = 'after' }: PadOptions): Tensor {
  const { shape, values } = tensor;
  const to = shape.map((side, axis) => wanted[axis] ?? side);
  if (shape.length !== wanted.length || to.some((side, axis) => side < (shape[axis] as number))) {
    throw new SampleFault('field-shape', `[${shape.join(', ')}] cannot be filled up to [${wanted.map(String).join(', ')}]`);
  }
  const before = to.map((side, axis) => (where === 'after' ? 0 : where === 'before' ? side - (shape[axis] as number) : Math.floor((side - (shape[axis] as number)) / 2)));
  const out = filledLike(values, sizeOf(to), value) as (number | string | boolean | null)[];
  for (let i = 0; i < values.length; i += 1) {
    let [rest, at, step] = [i, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const side = shape[axis] as number;
      at += ((rest % side) + (before[axis] as number)) * step;
      rest = Math.floor(rest / side);
      step *= to[axis] as number;
    }
    out[at] = values[i] as number;
  }
  return { ...tensor, shape: to, values: out };
}
