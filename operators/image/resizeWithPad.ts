import { checkInteger, checkNumber } from '../../engine/check.js';
import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import { sizeInSquare } from '../../kernels/padGeometry.js';
import type { ResizeMethod } from '../../kernels/resizeImage.js';
import type { resizeOntoCanvas } from '../../kernels/resizeOntoCanvas.js';
import { bytesAt, type Picture, type PixelsOf, type Reshaped } from './picture.js';

/** The defaults are scenic's. */
export interface ResizeWithPadOptions {
  /** Side of the square, in pixels. */
  readonly size: number;
  /** What the padding holds: of floats this value, of bytes this share of 255. @default 0.5 */
  readonly pad?: number;
  /** @default 'bilinear' */
  readonly method?: ResizeMethod;
  /** Widen the filter when the picture gets smaller. @default false */
  readonly antialias?: boolean;
  /** Pictures resized at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'resizeWithPad' */
  readonly name?: string;
}

const padKernel = kernel<typeof resizeOntoCanvas<Uint8Array | Float32Array>>(new URL('../../kernels/resizeOntoCanvas.ts', import.meta.url), 'resizeOntoCanvas');

/**
 * `pixels` scaled to fit into a square of `size`, padded at the right and the bottom: scenic's ResizeWithPad (specs/detection.md 3). As there, bilinear without
 * antialiasing, and the long side may come out one pixel short (`sizeInSquare`). Bytes stay bytes, rounded. `resizeWithPadAndBoxes` takes boxes along. A kernel: it
 * runs in the threads of `--workers`.
 *
 * @throws UsageError when an option is out of range
 */
export function resizeWithPad<S extends Sample & Picture>({
  size,
  pad = 0.5,
  method = 'bilinear',
  antialias = false,
  concurrency = 4,
  name = 'resizeWithPad',
}: ResizeWithPadOptions): Stage<S, Reshaped<S>> {
  checkInteger(name, 'size', size, 1);
  checkNumber(name, 'pad', pad, -1e6, 1e6);
  const canvas = { size, pad, method, antialias };
  return mapAsync<S, PixelsOf<S>>(
    name,
    async ({ pixels }, { run }) => ({ pixels: await run(padKernel, pixels, sizeInSquare(pixels, size), canvas) }),
    { concurrency, expectedBytes: ({ pixels }) => bytesAt(pixels, { width: size, height: size }), options: canvas },
  );
}
