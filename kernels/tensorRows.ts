import { SampleFault } from './sampleFault.js';
import { sizeOf, type Tensor } from './tensor.js';

/** The entries `places` of the first axis, in this order. @throws SampleFault `field-shape` for a value without axes or without such a place */
export function tensorRows(tensor: Tensor, places: readonly number[]): Tensor {
  const [length, ...rest] = tensor.shape;
  const beyond = places.find((place) => !(place >= 0 && place < (length ?? 0)));
  if (length === undefined || beyond !== undefined) throw new SampleFault('field-shape', `[${tensor.shape.join(', ')}] has no entry ${beyond ?? 0}`);
  const size = sizeOf(rest);
  const rows = places.map((place) => tensor.values.slice(place * size, (place + 1) * size));
  if (Array.isArray(tensor.values)) return { shape: [places.length, ...rest], values: rows.flatMap((row) => [...row]), isPicture: false };
  const out = new (tensor.values.constructor as Float32ArrayConstructor)(places.length * size);
  for (const [index, row] of rows.entries()) out.set(row as Float32Array, index * size);
  return { shape: [places.length, ...rest], values: out, isPicture: false };
}

/** Entry `place` of the first axis, which falls away. @throws SampleFault `field-shape` */
export function tensorRow(tensor: Tensor, place: number): Tensor {
  const { shape, ...rest } = tensorRows(tensor, [place]);
  return { ...rest, shape: shape.slice(1) };
}
