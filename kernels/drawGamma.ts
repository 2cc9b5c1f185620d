import type { Random } from './random.js';

/**
 * A number from the gamma distribution of this shape and scale 1: Marsaglia and Tsang, "A simple method for generating gamma variables" (ACM TOMS 26,
 * 2000); below shape 1 by their boost, gamma(shape + 1) * u^(1 / shape). A shape far below 1 gives 0 where the number is too small for a double.
 *
 * @throws RangeError unless the shape is a finite number above 0
 */
export function drawGamma(random: Random, shape: number): number {
  if (!(shape > 0 && shape < Infinity)) throw new RangeError(`drawGamma: the shape must be a finite number above 0, got ${shape}`);
  if (shape < 1) return drawGamma(random, shape + 1) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    const u = random.uniform();
    if (v > 0 && (u < 1 - 0.0331 * x ** 4 || Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v)))) return d * v;
  }
}
