import type { Random } from './random.js';

/**
 * A draw from the gamma distribution of this shape and scale 1: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000); below
 * shape 1 that of shape + 1 times u^(1/shape). Takes a number of draws that varies. Logarithm and power are those of the JavaScript engine: one engine gives the same
 * numbers on every machine.
 *
 * @throws RangeError unless the shape is above 0 and finite
 */
export function drawGamma(random: Random, shape: number): number {
  if (!(shape > 0 && shape < Infinity)) throw new RangeError(`drawGamma: the shape must be above 0 and finite, got ${shape}`);
  if (shape < 1) return drawGamma(random, shape + 1) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < (x * x) / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}
