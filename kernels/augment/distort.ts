import type { RgbImage } from '../rgbImage.js';
import { adjustColor } from './adjustColor.js';
import { autoContrastTables, blendTable, equalizeTables, invertTable, mapBytes, posterizeTable, solarizeAddTable, solarizeTable } from './byteTables.js';
import { cutout } from './cutout.js';
import { greyOf, greyTables } from './greyOf.js';
import { sharpen } from './sharpen.js';
import { rotationFromCorners, rotationFromMiddles, warpBilinear, warpNearest, type Affine } from './warp.js';

/** The distortions of RandAugment, in its order (specs/vision-language.md 1.3). */
export const distortionNames = [
  'AutoContrast', 'Equalize', 'Invert', 'Rotate', 'Posterize', 'Solarize', 'Color', 'Contrast',
  'Brightness', 'Sharpness', 'ShearX', 'ShearY', 'TranslateX', 'TranslateY', 'Cutout', 'SolarizeAdd',
] as const;

export type DistortionName = (typeof distortionNames)[number];

/** One step of an augmentation, with everything drawn. */
export interface Distortion {
  readonly op: DistortionName;
  /**
   * Rotate: degrees counter-clockwise; Posterize: bits kept; Solarize: threshold; SolarizeAdd: what is added; Color, Contrast, Brightness, Sharpness: factor, 1 changes
   * nothing; ShearX, ShearY: pixels a row or column; TranslateX, TranslateY: pixels; Cutout: half of the side. The others have none.
   */
  readonly amount: number;
  /** Of Cutout: its middle, in pixels. */
  readonly at?: readonly [x: number, y: number];
}

export interface DistortLaw {
  /** 'tensorflow': places from the middle of the first pixel, the nearest pixel, grey 128 outside. 'pillow': from its corner, bilinear, black outside. @default 'tensorflow' */
  readonly geometry?: 'tensorflow' | 'pillow';
  /** Contrast blends with the number of pixels / 256 (at most 255), a slip of the reference, instead of the mean grey. @default true */
  readonly contrastOfCount?: boolean;
}

/** The distortions done one after the other. Bytes in, bytes out; the picture itself where there are none. */
export function distort(image: RgbImage, distortions: readonly Distortion[], law: DistortLaw = {}): RgbImage {
  return distortions.reduce((picture, distortion) => distortOnce(picture, distortion, law), image);
}

function distortOnce(image: RgbImage, { op, amount, at }: Distortion, { geometry = 'tensorflow', contrastOfCount = true }: DistortLaw): RgbImage {
  const warp = (matrix: Affine): RgbImage => (geometry === 'pillow' ? warpBilinear(image, matrix, 0) : warpNearest(image, matrix, 128));
  switch (op) {
    case 'AutoContrast': return mapBytes(image, autoContrastTables(image));
    case 'Equalize': return mapBytes(image, equalizeTables(image));
    case 'Invert': return mapBytes(image, invertTable());
    case 'Posterize': return mapBytes(image, posterizeTable(amount));
    case 'Solarize': return mapBytes(image, solarizeTable(amount));
    case 'SolarizeAdd': return mapBytes(image, solarizeAddTable(amount));
    case 'Color': return adjustColor(image, amount);
    case 'Contrast': return mapBytes(image, blendTable(contrastOfCount ? Math.min(255, Math.floor((image.width * image.height) / 256)) : meanGrey(image), amount));
    case 'Brightness': return mapBytes(image, blendTable(0, amount));
    case 'Sharpness': return sharpen(image, amount);
    case 'Rotate': return warp(geometry === 'pillow' ? rotationFromCorners(image, amount) : rotationFromMiddles(image, amount));
    case 'ShearX': return warp([1, amount, 0, 0, 1, 0]);
    case 'ShearY': return warp([1, 0, 0, amount, 1, 0]);
    case 'TranslateX': return warp([1, 0, amount, 0, 1, 0]);
    case 'TranslateY': return warp([1, 0, 0, 0, 1, amount]);
    case 'Cutout': return cutout(image, at?.[0] ?? 0, at?.[1] ?? 0, amount);
  }
}

/** As Pillow's ImageEnhance has it: the mean of the grey bytes, rounded. */
function meanGrey({ data }: RgbImage): number {
  const tables = greyTables();
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) sum += greyOf(tables, data[i]!, data[i + 1]!, data[i + 2]!);
  return Math.floor(sum / (data.length / 3) + 0.5);
}
