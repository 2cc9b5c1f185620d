import { checkInteger, checkNumber } from '../../engine/check.js';
import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import { fitInSquare, type ResizeWithPadOptions } from '../../kernels/resizeWithPad.js';
import { bytesAt, keepPixels, type Picture, type PixelsOf, type Reshaped } from './picture.js';

/** `size`, `padValue` (0.5), `method` ('bilinear') and `antialias` (false) are those of the kernel, with scenic's defaults. */
export interface ResizeWithPadOperatorOptions extends ResizeWithPadOptions {
  /** Pictures resized at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'resizeWithPad' */
  readonly name?: string;
}

const padKernel = kernel<(image: PixelArray, options: ResizeWithPadOptions) => PixelArray>(new URL('../../kernels/resizeWithPad.ts', import.meta.url), 'resizeWithPad');

/**
 * `pixels` scaled to fit into a square of `size`, padded at the right and the bottom: scenic's ResizeWithPad (specs/detection.md 3). As there, bilinear without
 * antialiasing, and the long side may come out one pixel short; `kernels/resizeWithPad` has both. Boxes are not touched. A picture so thin that nothing is left of a
 * side goes to quarantine as `image-too-narrow`. A kernel: it runs in the threads of `--workers`.
 *
 * @throws UsageError when an option is out of range
 */
export function resizeWithPad<S extends Sample & Picture>({
  size,
  padValue = 0.5,
  method = 'bilinear',
  antialias = false,
  concurrency = 4,
  name = 'resizeWithPad',
}: ResizeWithPadOperatorOptions): Stage<S, Reshaped<S>> {
  checkInteger(name, 'size', size, 1);
  checkNumber(name, 'padValue', padValue, -1e6, 1e6);
  const options = { size, padValue, method, antialias };
  return mapAsync<S, PixelsOf<S>>(
    name,
    async ({ pixels }, { run }) => {
      keepPixels(pixels, fitInSquare(pixels, size));
      return { pixels: await run(padKernel, pixels, options) };
    },
    { concurrency, expectedBytes: ({ pixels }) => bytesAt(pixels, { width: size, height: size }), options },
  );
}
