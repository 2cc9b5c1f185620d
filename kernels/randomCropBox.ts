import type { CropBox } from './cropImage.js';
import type { Random } from './random.js';
import type { Sides } from './scaledSides.js';

/** A box of `size` anywhere in the picture, every place equally likely (two draws). Undefined when the picture is smaller. */
export function randomCropBox(random: Random, image: Sides, { width, height }: Sides): CropBox | undefined {
  if (width > image.width || height > image.height) return undefined;
  return { x: random.integer(0, image.width - width), y: random.integer(0, image.height - height), width, height };
}
