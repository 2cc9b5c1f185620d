import type { RgbImage } from '../rgbImage.js';
import { greyOf, greyTables } from './greyOf.js';

/**
 * From grey towards the picture's colours, and beyond them for factors above 1: RandAugment's Color (specs/vision-language.md 1.3). Float32, clipped
 * and cut off.
 */
export function adjustColor({ width, height, data }: RgbImage, factor: number): RgbImage {
  const share = Math.fround(factor);
  const out = new Uint8Array(data.length);
  const tables = greyTables();
  for (let i = 0; i < data.length; i += 3) {
    const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
    const grey = greyOf(tables, red, green, blue);
    out[i] = clamp(Math.fround(grey + Math.fround(share * (red - grey))));
    out[i + 1] = clamp(Math.fround(grey + Math.fround(share * (green - grey))));
    out[i + 2] = clamp(Math.fround(grey + Math.fround(share * (blue - grey))));
  }
  return { width, height, data: out };
}

/** A store into bytes cuts off what is behind the point. */
const clamp = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : value);
