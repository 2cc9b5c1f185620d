import type { Random } from '../random.js';
import type { Sides } from '../scaledSides.js';
import type { Distortion, DistortionName } from './distort.js';

export interface DistortionScale {
  /** What TranslateX and TranslateY move at magnitude 10, in pixels. */
  readonly translate: number;
  /** Half of the side of Cutout at magnitude 10, in pixels. */
  readonly cutout: number;
  /** A threshold of Solarize from 256 up wraps around as a byte: at magnitude 10 it is 0, and everything is inverted. */
  readonly solarizeWraps: boolean;
}

/**
 * How much of a distortion `magnitude` is (0 to 10 and beyond), with its sign and place drawn: the laws of RandAugment and AutoAugment
 * (specs/vision-language.md 1.3). The sign of Rotate, Shear and Translate is a fair coin, the middle of Cutout is anywhere in the picture; the others draw nothing.
 */
export function drawDistortion(random: Random, op: DistortionName, magnitude: number, image: Sides, { translate, cutout, solarizeWraps }: DistortionScale): Distortion {
  const level = magnitude / 10;
  const signed = (amount: number): Distortion => ({ op, amount: random.bernoulli(0.5) ? -amount : amount });
  switch (op) {
    case 'AutoContrast': case 'Equalize': case 'Invert': return { op, amount: 0 };
    case 'Posterize': return { op, amount: Math.trunc(level * 4) };
    case 'Solarize': return { op, amount: solarizeWraps ? Math.trunc(level * 256) & 255 : Math.trunc(level * 256) };
    case 'SolarizeAdd': return { op, amount: Math.trunc(level * 110) };
    case 'Color': case 'Contrast': case 'Brightness': case 'Sharpness': return { op, amount: level * 1.8 + 0.1 };
    case 'Rotate': return signed(level * 30);
    case 'ShearX': case 'ShearY': return signed(level * 0.3);
    case 'TranslateX': case 'TranslateY': return signed(level * translate);
    case 'Cutout': return { op, amount: Math.trunc(level * cutout), at: [random.integer(0, image.width - 1), random.integer(0, image.height - 1)] };
  }
}
