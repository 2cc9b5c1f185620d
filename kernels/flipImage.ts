import type { RgbImage } from './rgbImage.js';

/** The picture mirrored: left becomes right. */
export function flipImage({ width, height, data }: RgbImage): RgbImage {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y += 1) {
    const row = 3 * width * y;
    for (let x = 0; x < width; x += 1) {
      const [from, to] = [row + 3 * x, row + 3 * (width - 1 - x)];
      out[to] = data[from] as number;
      out[to + 1] = data[from + 1] as number;
      out[to + 2] = data[from + 2] as number;
    }
  }
  return { width, height, data: out };
}
