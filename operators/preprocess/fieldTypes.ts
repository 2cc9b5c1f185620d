import type { Encoded } from '../../formats/fields.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import type { RgbImage } from '../../kernels/rgbImage.js';

/** What a field holds, to be held against a value. */
export interface FieldType<T> {
  /** In words. */
  readonly what: string;
  is(value: unknown): value is T;
}

/** The usual fields. Others are made like these: `{ what: 'boxes', is: (value): value is Boxes => ... }`. */
export const fieldTypes = {
  /** Encoded bytes with their extension. */
  file: type<Encoded>('encoded bytes', (value) => isObject(value) && value.data instanceof Uint8Array && typeof value.extension === 'string'),
  /** 8-bit RGB. */
  picture: type<RgbImage>('a picture of bytes', (value) => isPicture(value) && value.data instanceof Uint8Array),
  /** As `value_range` makes it. */
  floatPicture: type<PixelArray<Float32Array>>('a picture of float32', (value) => isPicture(value) && value.data instanceof Float32Array),
  floats: type<Float32Array>('a row of float32', (value) => value instanceof Float32Array),
  integers: type<Int32Array>('a row of int32', (value) => value instanceof Int32Array),
  text: type<string>('a text', (value) => typeof value === 'string'),
  number: type<number>('a number', (value) => typeof value === 'number'),
};

function type<T>(what: string, is: (value: unknown) => boolean): FieldType<T> {
  return { what, is: is as FieldType<T>['is'] };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isPicture(value: unknown): value is PixelArray {
  return isObject(value) && typeof value.width === 'number' && typeof value.height === 'number';
}
