import { drawGamma } from './drawGamma.js';
import type { Random } from './random.js';

/**
 * A draw from Beta(alpha, beta), 0 to 1: x / (x + y) of two gamma draws. Where both are too small for a double, which shapes far below 1 bring about, it is
 * 1 with probability alpha / (alpha + beta), else 0.
 *
 * @throws RangeError unless both are above 0 and finite
 */
export function drawBeta(random: Random, alpha: number, beta: number): number {
  const x = drawGamma(random, alpha);
  const y = drawGamma(random, beta);
  return x + y > 0 ? x / (x + y) : Number(random.bernoulli(alpha / (alpha + beta)));
}
