import type { RgbImage } from '../rgbImage.js';
import { distort, type Distortion, type DistortLaw } from './distort.js';

/** What AugMix does to a picture, with everything drawn. */
export interface ChainMix {
  /** Of each chain its share of the augmented picture (they add up to 1) and its steps. */
  readonly chains: readonly { readonly share: number; readonly distortions: readonly Distortion[] }[];
  /** The augmented picture's share of the result, 0 to 1. */
  readonly augmented: number;
}

/**
 * `(1 - m) picture + m (sum of share times chain(picture))`, the mixing of AugMix (arXiv 1912.02781). The sum is float32, the result rounded to the
 * nearest byte.
 */
export function mixChains(image: RgbImage, { chains, augmented }: ChainMix, law?: DistortLaw): RgbImage {
  const sum = Float32Array.from(image.data, (byte) => (1 - augmented) * byte);
  for (const { share, distortions } of chains) {
    const { data } = distort(image, distortions, law);
    const weight = augmented * share;
    for (let i = 0; i < sum.length; i += 1) sum[i]! += weight * data[i]!;
  }
  const data = new Uint8Array(sum.length);
  for (let i = 0; i < sum.length; i += 1) data[i] = sum[i]! + 0.5;
  return { width: image.width, height: image.height, data };
}
