import type { RgbImage } from '../rgbImage.js';

/**
 * From a smoothed picture towards the picture, and beyond it for factors above 1: RandAugment's Sharpness (specs/vision-language.md 1.3). Smooth is
 * [[1, 1, 1], [1, 5, 1], [1, 1, 1]] / 13 in float32, tap by tap, cut off; the outermost pixels stay as they are.
 */
export function sharpen({ width, height, data }: RgbImage, factor: number): RgbImage {
  const f = Math.fround;
  const share = f(factor);
  const out = new Uint8Array(data);
  const [around, middle] = [1, 5].map((weight) => Float32Array.from({ length: 256 }, (_, byte) => byte * f(weight / 13))) as [Float32Array, Float32Array];
  const line = 3 * width;
  for (let y = 1; y < height - 1; y += 1) {
    for (let i = y * line + 3; i < (y + 1) * line - 3; i += 1) {
      const [up, down] = [i - line, i + line];
      const upper = f(f(around[data[up - 3]!]! + around[data[up]!]!) + around[data[up + 3]!]!);
      const centre = f(f(f(upper + around[data[i - 3]!]!) + middle[data[i]!]!) + around[data[i + 3]!]!);
      const smooth = Math.floor(f(f(f(centre + around[data[down - 3]!]!) + around[data[down]!]!) + around[data[down + 3]!]!));
      const value = f(smooth + f(share * (data[i]! - smooth)));
      out[i] = value <= 0 ? 0 : value >= 255 ? 255 : value;
    }
  }
  return { width, height, data: out };
}
