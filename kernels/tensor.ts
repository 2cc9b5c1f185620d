import type { PixelArray } from './resizeImage.js';
import { SampleFault } from './sampleFault.js';

export type TypedNumbers = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** A field's value as numbers or texts with axes: one of them, a typed array (one axis), lists in lists, or a picture (height, width, channels). */
export type TensorValue = number | string | boolean | null | TypedNumbers | PixelArray | readonly TensorValue[];

type Scalar = number | string | boolean | null;

/** The same in one row, the last axis fastest. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: readonly Scalar[] | TypedNumbers;
  readonly isPicture: boolean;
}

/** @throws SampleFault `field-no-tensor` for what has no axes, `field-ragged` for lists of different lengths */
export function tensorOf(value: unknown): Tensor {
  if (isTyped(value)) return { shape: [value.length], values: value, isPicture: false };
  if (isPicture(value)) {
    const { width, height, data } = value;
    return { shape: [height, width, data.length / (width * height)], values: data, isPicture: true };
  }
  const values: Scalar[] = [];
  const shape = collect(value, values);
  return { shape, values, isPicture: false };
}

/** A typed array where there is one axis and it was one, a picture where it still has three, else lists in lists. */
export function valueOf({ shape, values, isPicture: picture }: Tensor): TensorValue {
  if (shape.length === 1) return values as TensorValue;
  if (picture && shape.length === 3) return { width: shape[1] as number, height: shape[0] as number, data: values as Uint8Array | Float32Array };
  let at = 0;
  const nest = (axis: number): TensorValue => (axis === shape.length ? (values[at++] as Scalar) : Array.from({ length: shape[axis] as number }, () => nest(axis + 1)));
  return nest(0);
}

/** An empty row of `size` values of the kind of `like`, filled with `value`. */
export function filledLike(like: Tensor['values'], size: number, value: Scalar): Tensor['values'] {
  if (!isTyped(like)) return Array.from({ length: size }, () => value);
  const out = new (like.constructor as new (length: number) => TypedNumbers)(size);
  return out.fill(Number(value));
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function collect(value: unknown, into: Scalar[]): readonly number[] {
  if (!Array.isArray(value)) {
    if (value !== null && !['number', 'string', 'boolean'].includes(typeof value)) throw new SampleFault('field-no-tensor', `a value of type ${typeof value} has no axes`);
    into.push(value as Scalar);
    return [];
  }
  const shapes = value.map((entry: unknown) => collect(isTyped(entry) ? [...entry] : entry, into));
  const [first = []] = shapes;
  if (shapes.some((shape) => shape.join() !== first.join())) throw new SampleFault('field-ragged', `lists of different lengths: ${[...new Set(shapes.map((shape) => `[${shape.join(', ')}]`))].slice(0, 3).join(' and ')}`);
  return [value.length, ...first];
}

function isTyped(value: unknown): value is TypedNumbers {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function isPicture(value: unknown): value is PixelArray {
  if (typeof value !== 'object' || value === null) return false;
  const { width, height, data } = value as Partial<Record<string, unknown>>;
  return Number.isInteger(width) && Number.isInteger(height) && isTyped(data) && data.length > 0 && data.length % ((width as number) * (height as number)) === 0;
}
