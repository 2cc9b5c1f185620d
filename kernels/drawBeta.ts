import { drawGamma } from './drawGamma.js';
import type { Random } from './random.js';

/**
 * A number in 0..1 from the beta distribution: x / (x + y) of a gamma(alpha) and a gamma(beta). Where both are too small for doubles (parameters far below
 * 1, whose beta is nearly a coin) it is 1 with probability alpha / (alpha + beta), else 0.
 *
 * @throws RangeError unless both parameters are finite numbers above 0
 */
export function drawBeta(random: Random, alpha: number, beta: number): number {
  const x = drawGamma(random, alpha);
  const y = drawGamma(random, beta);
  if (x + y > 0) return x / (x + y);
  return random.bernoulli(alpha / (alpha + beta)) ? 1 : 0;
}
