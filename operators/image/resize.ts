import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import type { ResizeMethod } from '../../kernels/resizeImage.js';
import { checkSize, type Picture, type Reshaped, type Size } from './picture.js';
import { resizedBy } from './resizedBy.js';

export interface ResizeOperatorOptions {
  /** Side of a square, or height and width, in pixels. */
  readonly size: Size;
  /** @default 'bilinear' */
  readonly method?: ResizeMethod;
  /** Widen the filter when the picture gets smaller. @default false, as in the reference */
  readonly antialias?: boolean;
  /** Pictures resized at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'resize' */
  readonly name?: string;
}

/**
 * `pixels` of any size become `pixels` of one size; the shape of what is in them changes with it. Byte for byte big_vision's `resize(size, method,
 * antialias)`: see `kernels/resizeImage`. A kernel: it runs in the threads of `--workers`.
 *
 * @throws UsageError when an option is out of range
 */
export function resize<S extends Sample & Picture>({ size, method = 'bilinear', antialias = false, concurrency = 4, name = 'resize' }: ResizeOperatorOptions): Stage<S, Reshaped<S>> {
  const sides = checkSize(name, 'size', size);
  return resizedBy(name, () => sides, { method, antialias, concurrency, options: { height: sides.height, width: sides.width } });
}
