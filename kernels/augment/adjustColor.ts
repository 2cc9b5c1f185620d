import type { RgbImage } from '../rgbImage.js';
import { blendGrey } from './blendGrey.js';
import { blendByte } from './byteTables.js';
import { greyOf, greyTables } from './greyOf.js';

/**
 * From grey towards the picture's colours, and beyond them for factors above 1: RandAugment's Color (specs/vision-language.md 1.3). Float32, clipped
 * and cut off.
 */
export function adjustColor(image: RgbImage, factor: number): RgbImage {
  const share = Math.fround(factor);
  const tables = greyTables();
  return blendGrey(image, (red, green, blue) => greyOf(tables, red, green, blue), (grey, value) => blendByte(grey, value, share));
}
