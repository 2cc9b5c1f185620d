import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { centralCropBox } from '../../kernels/centralCropBox.js';
import { croppedBy } from './croppedBy.js';
import { checkSize, type Picture, type Reshaped, type Size } from './picture.js';

export interface CentralCropOptions {
  /** Side of a square, or height and width, in pixels. @default the largest square of each picture */
  readonly size?: Size;
  /** The stage's name, where it stands more than once in a pipeline. @default 'centralCrop' */
  readonly name?: string;
}

/**
 * The middle of `pixels`: big_vision's `central_crop` (specs/vision-language.md 1.2). A picture smaller than `size` goes to quarantine as `image-too-small`.
 *
 * @throws UsageError when a size is none
 */
export function centralCrop<S extends Sample & Picture>({ size, name = 'centralCrop' }: CentralCropOptions = {}): Stage<S, Reshaped<S>> {
  const sides = size === undefined ? undefined : checkSize(name, 'size', size);
  return croppedBy(name, (image) => centralCropBox(image, sides), { options: { ...sides } });
}
