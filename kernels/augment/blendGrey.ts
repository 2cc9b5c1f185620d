import type { RgbImage } from '../rgbImage.js';

/**
 * Every channel of every pixel as a function of the pixel's grey and its own value. Of those there are 65,536 pairs, each worked out once.
 *
 * @param greyOf 0 to 255, whole
 * @param blend bytes: what is behind the point is cut off
 */
export function blendGrey({ width, height, data }: RgbImage, greyOf: (red: number, green: number, blue: number) => number, blend: (grey: number, value: number) => number): RgbImage {
  const table = new Uint8Array(65_536);
  for (let pair = 0; pair < 65_536; pair += 1) table[pair] = blend(pair >> 8, pair & 255);
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const red = data[i]!;
    const green = data[i + 1]!;
    const blue = data[i + 2]!;
    const row = greyOf(red, green, blue) << 8;
    out[i] = table[row + red]!;
    out[i + 1] = table[row + green]!;
    out[i + 2] = table[row + blue]!;
  }
  return { width, height, data: out };
}
