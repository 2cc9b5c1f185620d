import { checkInteger } from '../../engine/check.js';
import type { Sample, With } from '../../engine/sample.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { Sides } from '../../kernels/scaledSides.js';

/** What operators on the shape of a picture take: bytes or floats, any number of channels. */
export interface Picture {
  readonly pixels: PixelArray;
}

/** Other pixels of the kind that the sample had. */
export interface PixelsOf<S extends Picture> {
  readonly pixels: S['pixels'];
}

/** The sample with other pixels of the kind that it had. */
export type Reshaped<S extends Picture> = With<S, PixelsOf<S>> & Sample;

/** Side of a square, or height and width, in pixels. */
export type Size = number | readonly [height: number, width: number];

/** @throws UsageError when a side is no whole number of pixels */
export function checkSize(stage: string, option: string, size: Size): Sides {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  checkInteger(stage, `${option} (height)`, height, 1);
  checkInteger(stage, `${option} (width)`, width, 1);
  return { width, height };
}

/** Bytes of the picture at another size. */
export function bytesAt({ width, height, data }: PixelArray, to: Sides): number {
  return Math.ceil(data.byteLength / (width * height)) * to.width * to.height;
}

/** @throws SampleFault `image-too-narrow` when scaling leaves nothing of a side */
export function keepPixels(image: Sides, to: Sides): Sides {
  if (to.width >= 1 && to.height >= 1) return to;
  throw new SampleFault('image-too-narrow', `a picture of ${image.width} x ${image.height} pixels would become ${to.width} x ${to.height}`);
}
