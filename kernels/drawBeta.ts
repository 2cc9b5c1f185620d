import { drawGamma } from './drawGamma.js';
import type { Random } from './random.js';

/** A draw of Beta(alpha, beta), 0 to 1; both parameters above 0. */
export function drawBeta(random: Random, alpha: number, beta: number): number {
  const a = drawGamma(random, alpha);
  const b = drawGamma(random, beta);
  // Both are 0 only where the parameters are so small that all mass is at the ends.
  return a + b > 0 ? a / (a + b) : random.uniform() * (alpha + beta) < alpha ? 1 : 0;
}
