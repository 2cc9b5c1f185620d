import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { randomCropBox } from '../../kernels/randomCropBox.js';
import { croppedBy } from './croppedBy.js';
import { checkSize, type Picture, type Reshaped, type Size } from './picture.js';

export interface RandomCropOptions {
  /** Side of a square, or height and width, in pixels. */
  readonly size: Size;
  /** The stage's name, where it stands more than once in a pipeline. @default 'randomCrop' */
  readonly name?: string;
}

/**
 * A part of `pixels`, every place equally likely, drawn by (seed, stage, origin), so anew in each epoch: big_vision's `random_crop`
 * (specs/vision-language.md 1.2). A picture smaller than `size` goes to quarantine as `image-too-small`.
 *
 * @throws UsageError when a size is none
 */
export function randomCrop<S extends Sample & Picture>({ size, name = 'randomCrop' }: RandomCropOptions): Stage<S, Reshaped<S>> {
  const sides = checkSize(name, 'size', size);
  return croppedBy(name, (image, random) => randomCropBox(random(), image, sides), { options: { ...sides } });
}
