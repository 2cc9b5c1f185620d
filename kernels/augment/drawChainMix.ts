import { drawBeta } from '../drawBeta.js';
import { drawGamma } from '../drawGamma.js';
import type { Random } from '../random.js';
import type { Sides } from '../scaledSides.js';
import type { Distortion, DistortionName } from './distort.js';
import type { ChainMix } from './mixChains.js';

/** The distortions of AugMix: none that overlaps with the corruptions of ImageNet-C. */
export const augMixNames = ['AutoContrast', 'Equalize', 'Posterize', 'Rotate', 'Solarize', 'ShearX', 'ShearY', 'TranslateX', 'TranslateY'] as const satisfies readonly DistortionName[];

/** Those, and four that do overlap. */
export const augMixAllNames = [...augMixNames, 'Color', 'Contrast', 'Brightness', 'Sharpness'] as const satisfies readonly DistortionName[];

export interface ChainMixLaw {
  /** Chains. */
  readonly width: number;
  /** Steps of each chain; -1: 1 to 3, drawn for each. */
  readonly depth: number;
  /** Of Dirichlet and Beta. */
  readonly alpha: number;
  /** A step's level is uniform from 0.1 to this. */
  readonly severity: number;
  readonly ops: readonly DistortionName[];
}

/** Everything random about AugMix of one picture: shares of the chains by Dirichlet(alpha, ...), that of the whole by Beta(alpha, alpha), and the steps (arXiv 1912.02781). */
export function drawChainMix(random: Random, image: Sides, { width, depth, alpha, severity, ops }: ChainMixLaw): ChainMix {
  const weights = Array.from({ length: width }, () => drawGamma(random, alpha));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const augmented = drawBeta(random, alpha, alpha);
  const chains = weights.map((weight) => ({
    share: total > 0 ? weight / total : 1 / width,
    distortions: Array.from({ length: depth > 0 ? depth : random.integer(1, 3) }, () => drawStep(random, random.choice(ops), severity, image)),
  }));
  return { chains, augmented };
}

function drawStep(random: Random, op: DistortionName, severity: number, image: Sides): Distortion {
  const level = random.range(0.1, severity) / 10;
  const signed = (amount: number): Distortion => ({ op, amount: random.bernoulli(0.5) ? -amount : amount });
  switch (op) {
    case 'Posterize': return { op, amount: 4 - Math.trunc(level * 4) };
    case 'Solarize': return { op, amount: 256 - Math.trunc(level * 256) };
    case 'Rotate': return signed(Math.trunc(level * 30));
    case 'ShearX': case 'ShearY': return signed(level * 0.3);
    case 'TranslateX': return signed(Math.trunc((level * image.width) / 3));
    case 'TranslateY': return signed(Math.trunc((level * image.height) / 3));
    case 'Color': case 'Contrast': case 'Brightness': case 'Sharpness': return { op, amount: level * 1.8 + 0.1 };
    default: return { op, amount: 0 };
  }
}
