import type { CropBox } from './cropImage.js';
import type { Sides } from './scaledSides.js';

/**
 * The middle of a picture: `size`, or the largest square where none is said. What is odd over goes to the right and the bottom: big_vision's
 * `central_crop` (specs/vision-language.md 1.2). Undefined when the picture is smaller than `size`.
 */
export function centralCropBox(image: Sides, size?: Sides): CropBox | undefined {
  const side = Math.min(image.width, image.height);
  const { width, height } = size ?? { width: side, height: side };
  if (width > image.width || height > image.height) return undefined;
  return { x: Math.floor((image.width - width) / 2), y: Math.floor((image.height - height) / 2), width, height };
}
