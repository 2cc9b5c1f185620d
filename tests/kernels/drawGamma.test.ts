import test from 'ava';
import { drawGamma } from '../../kernels/drawGamma.js';
import { counterRandom } from '../../kernels/random.js';

for (const shape of [0.1, 0.5, 1, 2.5, 40]) {
  test(`mean and variance of shape ${shape} are ${shape}`, (t) => {
    const random = counterRandom('gamma', shape);
    const draws = Array.from({ length: 20000 }, () => drawGamma(random, shape));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    t.true(draws.every((x) => x >= 0));
    t.true(Math.abs(mean - shape) < 5 * Math.sqrt(shape / draws.length), `${mean}`);
    // Of the variance, the standard error is sqrt((2 shape^2 + 6 shape) / n).
    t.true(Math.abs(variance - shape) < 5 * Math.sqrt((2 * shape * shape + 6 * shape) / draws.length), `${variance}`);
  });
}

test('shape 1 is the exponential distribution', (t) => {
  const random = counterRandom('exponential');
  const draws = Array.from({ length: 20000 }, () => drawGamma(random, 1));
  for (const x of [0.1, 0.7, 2]) {
    const below = draws.filter((draw) => draw < x).length / draws.length;
    t.true(Math.abs(below - (1 - Math.exp(-x))) < 5 * Math.sqrt(0.25 / draws.length), `${x}: ${below}`);
  }
});

test('a shape that is none is refused', (t) => {
  for (const shape of [0, -1, NaN, Infinity]) t.throws(() => drawGamma(counterRandom(1), shape), { instanceOf: RangeError, message: /the shape must be above 0/ });
});
