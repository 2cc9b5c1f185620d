import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import type { PixelArray, ResizeMethod, ResizeOptions } from '../../kernels/resizeImage.js';
import type { Sides } from '../../kernels/scaledSides.js';
import { bytesAt, keepPixels, type Picture, type PixelsOf, type Reshaped } from './picture.js';

export interface ResizedByOptions {
  readonly method: ResizeMethod;
  readonly antialias: boolean;
  readonly concurrency: number;
  /** What else the output depends on. */
  readonly options: object;
}

const resizeKernel = kernel<(image: PixelArray, options: ResizeOptions) => PixelArray>(new URL('../../kernels/resizeImage.ts', import.meta.url), 'resizeImage');

/** Pictures resized to the sides that `sidesOf` gives for each; what the resizing operators share. A picture of which nothing is left is `image-too-narrow`. */
export function resizedBy<S extends Sample & Picture>(name: string, sidesOf: (image: Sides) => Sides, { method, antialias, concurrency, options }: ResizedByOptions): Stage<S, Reshaped<S>> {
  return mapAsync<S, PixelsOf<S>>(
    name,
    async ({ pixels }, { run }) => ({ pixels: await run(resizeKernel, pixels, { ...keepPixels(pixels, sidesOf(pixels)), method, antialias }) }),
    { concurrency, expectedBytes: ({ pixels }) => bytesAt(pixels, sidesOf(pixels)), options: { ...options, method, antialias } },
  );
}
