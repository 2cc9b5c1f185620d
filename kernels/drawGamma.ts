import type { Random } from './random.js';

/**
 * A draw of the gamma distribution with this shape, above 0, and scale 1 (Marsaglia and Tsang, A simple method for generating gamma variables, 2000). A shape below
 * 1 is drawn as shape + 1, times a power of a uniform.
 */
export function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < (x * x) / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}
