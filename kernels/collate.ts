import { kindOf, type BufferKind, type BufferKinds, type BufferPool } from './bufferPool.js';
import type { PixelArray } from './resizeImage.js';

/** What can be stacked: a picture, an array of numbers, one number. */
export type Stackable = PixelArray | Float32Array | Int32Array | Uint8Array | number;

/** Values of several samples on a new first axis. */
export interface Collated<D extends BufferKinds[BufferKind] = BufferKinds[BufferKind]> {
  /** `[n, ...]`: `[n, height, width, channels]` of pictures, `[n, length]` of arrays, `[n]` of numbers. */
  readonly shape: readonly number[];
  readonly data: D;
}

/**
 * Stack one field of the samples of a step into one array: what goes to the device in one piece. All are of one shape and type; `undefined` is padding and
 * becomes 0. Numbers become float32.
 *
 * @param pool where the array comes from, and where it goes back to
 * @throws RangeError when shapes or types differ, with both, or all are padding: then nothing tells the shape
 */
export function collate(values: readonly (Stackable | undefined)[], pool: BufferPool): Collated {
  const first = values.find((value) => value !== undefined);
  if (first === undefined) throw new RangeError(`needs one value at least, got ${values.length} of padding`);
  const shape = shapeOf(first);
  const kind = kindOfValue(first);
  const size = shape.reduce((product, side) => product * side, 1);
  const data = pool.take(kind, values.length * size);
  for (const [place, value] of values.entries()) {
    if (value === undefined) data.fill(0, place * size, (place + 1) * size);
    else {
      const own = shapeOf(value);
      if (own.length !== shape.length || own.some((side, axis) => side !== shape[axis]) || kindOfValue(value) !== kind) {
        throw new RangeError(`value ${place} is ${kindOfValue(value)} [${own.join(', ')}], the first one ${kind} [${shape.join(', ')}]`);
      }
      if (typeof value === 'number') data[place] = value;
      else data.set('data' in value ? value.data : value, place * size);
    }
  }
  return { shape: [values.length, ...shape], data };
}

function shapeOf(value: Stackable): readonly number[] {
  if (typeof value === 'number') return [];
  return 'data' in value ? [value.height, value.width, value.data.length / (value.height * value.width)] : [value.length];
}

function kindOfValue(value: Stackable): BufferKind {
  if (typeof value === 'number') return 'float32';
  return kindOf('data' in value ? value.data : value);
}
