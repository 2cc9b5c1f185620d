import { checkInteger } from '../../engine/check.js';
import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import type { ResizeMethod, resizeImage } from '../../kernels/resizeImage.js';
import type { DecodedImage } from './decodeImage.js';

export interface ResizeOperatorOptions {
  /** Side of a square, or height and width, in pixels. */
  readonly size: number | readonly [height: number, width: number];
  /** @default 'bilinear' */
  readonly method?: ResizeMethod;
  /** Widen the filter when the picture gets smaller. @default false, as in the reference */
  readonly antialias?: boolean;
  /** Pictures resized at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'resize' */
  readonly name?: string;
}

const resizeKernel = kernel<typeof resizeImage<Uint8Array>>(new URL('../../kernels/resizeImage.ts', import.meta.url), 'resizeImage');

/**
 * `pixels` of any size become `pixels` of one size; the shape of what is in them changes with it. Byte for byte big_vision's `resize(size, method,
 * antialias)`: see `kernels/resizeImage`. A kernel: it runs in the threads of `--workers`.
 *
 * @throws UsageError when an option is out of range
 */
export function resize<S extends Sample & DecodedImage>({
  size,
  method = 'bilinear',
  antialias = false,
  concurrency = 4,
  name = 'resize',
}: ResizeOperatorOptions): Stage<S, With<S, DecodedImage> & Sample> {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  checkInteger(name, 'size (height)', height, 1);
  checkInteger(name, 'size (width)', width, 1);
  return mapAsync<S, DecodedImage>(name, async (sample, { run }) => ({ pixels: await run(resizeKernel, sample.pixels, { width, height, method, antialias }) }), {
    concurrency,
    expectedBytes: () => width * height * 3,
    options: { height, width, method, antialias },
  });
}
