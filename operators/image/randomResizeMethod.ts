import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import type { PixelArray, ResizeOptions } from '../../kernels/resizeImage.js';
import { bytesAt, checkSize, type Picture, type PixelsOf, type Reshaped, type Size } from './picture.js';

export interface RandomResizeMethodOptions {
  /** Side of a square, or height and width, in pixels. */
  readonly size: Size;
  /** Pictures resized at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'randomResizeMethod' */
  readonly name?: string;
}

const variants = (['bilinear', 'bicubic', 'lanczos3', 'area', 'mitchellcubic'] as const).flatMap((method) => [true, false].map((antialias) => ({ method, antialias })));

const resizeKernel = kernel<(image: PixelArray, options: ResizeOptions) => PixelArray>(new URL('../../kernels/resizeImage.ts', import.meta.url), 'resizeImage');

/**
 * Resize by a method drawn anew for each sample and epoch, so that a model learns none of them by heart: PaliGemma's `resize_r` (specs/vision-language.md 1.2).
 * Ten variants, equally likely: bilinear, bicubic, lanczos3, area and mitchellcubic, each with and without antialiasing (of which `area` takes no
 * notice, so it stands there twice). A kernel: it runs in the threads of `--workers`.
 *
 * @throws UsageError when a size is none
 */
export function randomResizeMethod<S extends Sample & Picture>({ size, concurrency = 4, name = 'randomResizeMethod' }: RandomResizeMethodOptions): Stage<S, Reshaped<S>> {
  const sides = checkSize(name, 'size', size);
  return mapAsync<S, PixelsOf<S>>(
    name,
    async ({ pixels }, { run, random }) => ({ pixels: await run(resizeKernel, pixels, { ...sides, ...random().choice(variants) }) }),
    { concurrency, expectedBytes: ({ pixels }) => bytesAt(pixels, sides), options: { ...sides } },
  );
}
