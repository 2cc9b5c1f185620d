import type { Random } from './random.js';

/** A distribution on -1 to 1, as plain JSON: it is part of what a stage's output depends on. */
export type Distribution = { readonly kind: 'uniform' } | { readonly kind: 'truncatedNormal'; readonly mean: number; readonly std: number };

/** All of -1 to 1 equally likely. */
export function uniform(): Distribution {
  return { kind: 'uniform' };
}

/**
 * Normal with this mean, -1 to 1, and standard deviation, up to 10, cut off at -1 and 1: N_t(mean, std) of NaViT (arXiv 2307.06304, specs/vision-language.md 2.1).
 *
 * @throws RangeError for a mean or a deviation out of range
 */
export function truncatedNormal({ mean, std }: { readonly mean: number; readonly std: number }): Distribution {
  if (!(mean >= -1 && mean <= 1)) throw new RangeError(`truncatedNormal: \`mean\` must be a number from -1 to 1, got ${mean}`);
  if (!(std > 0 && std <= 10)) throw new RangeError(`truncatedNormal: \`std\` must be a number above 0, up to 10, got ${std}`);
  return { kind: 'truncatedNormal', mean, std };
}

/** A number from -1 to 1. */
export function drawDistribution(random: Random, distribution: Distribution): number {
  if (distribution.kind === 'uniform') return random.range(-1, 1);
  for (;;) {
    const value = distribution.mean + distribution.std * random.normal();
    if (value >= -1 && value <= 1) return value;
  }
}
