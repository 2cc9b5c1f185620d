import type { RgbImage } from '../rgbImage.js';

/** A grey square of `halfSize` pixels to each side of (x, y), cut at the picture's edges: RandAugment's Cutout (specs/vision-language.md 1.3). */
export function cutout({ width, height, data }: RgbImage, x: number, y: number, halfSize: number, fill = 128): RgbImage {
  const out = new Uint8Array(data);
  const [left, right] = [Math.max(0, x - halfSize), Math.min(width, x + halfSize)];
  for (let row = Math.max(0, y - halfSize); row < Math.min(height, y + halfSize); row += 1) out.fill(fill, 3 * (row * width + left), 3 * (row * width + Math.max(left, right)));
  return { width, height, data: out };
}
