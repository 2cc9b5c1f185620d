import test from 'ava';
import { drawGamma } from '../../kernels/drawGamma.js';
import { counterRandom } from '../../kernels/random.js';

for (const shape of [0.15, 0.6, 1, 2.5, 30]) {
  test(`shape ${shape}: mean and variance are the shape`, (t) => {
    const random = counterRandom('gamma', shape);
    const draws = Array.from({ length: 40_000 }, () => drawGamma(random, shape));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    t.true(Math.abs(mean - shape) < 5 * Math.sqrt(shape / draws.length), `mean ${mean}`);
    // The variance of the variance of a gamma is (2 shape^2 + 6 shape) / n.
    t.true(Math.abs(variance - shape) < 5 * Math.sqrt((2 * shape ** 2 + 6 * shape) / draws.length), `variance ${variance}`);
    t.true(draws.every((draw) => draw >= 0));
  });
}
