import { checkInteger } from '../../engine/check.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import type { ResizeMethod } from '../../kernels/resizeImage.js';
import { scaledSides } from '../../kernels/scaledSides.js';
import type { Picture, Reshaped } from './picture.js';
import { resizedBy } from './resizedBy.js';

export interface ResizeLongOptions {
  /** What the longer side becomes, in pixels. */
  readonly size: number;
  /** @default 'area', as in the reference */
  readonly method?: ResizeMethod;
  /** Widen the filter when the picture gets smaller; `area` takes no notice. @default true, as in the reference */
  readonly antialias?: boolean;
  /** Pictures resized at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'resizeLong' */
  readonly name?: string;
}

/**
 * `pixels` with the longer side `size` pixels long, their shape kept: big_vision's `resize_long` (specs/vision-language.md 1.2; `kernels/scaledSides` has
 * the rounding). A picture so thin that nothing is left of its smaller side goes to quarantine as `image-too-narrow`. A kernel: it runs in the threads
 * of `--workers`.
 *
 * @throws UsageError when an option is out of range
 */
export function resizeLong<S extends Sample & Picture>({ size, method = 'area', antialias = true, concurrency = 4, name = 'resizeLong' }: ResizeLongOptions): Stage<S, Reshaped<S>> {
  checkInteger(name, 'size', size, 1);
  return resizedBy(name, (image) => scaledSides(image, size, 'longer'), { method, antialias, concurrency, options: { size } });
}
