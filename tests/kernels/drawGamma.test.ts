import test from 'ava';
import { drawGamma } from '../../kernels/drawGamma.js';
import { counterRandom } from '../../kernels/random.js';

const COUNT = 40_000;

for (const shape of [0.2, 0.5, 1, 1.5, 4, 30]) {
  test(`shape ${shape}: mean and variance are the shape, the third central moment is twice it`, (t) => {
    const random = counterRandom('gamma', shape);
    const values = Array.from({ length: COUNT }, () => drawGamma(random, shape));
    t.true(values.every((value) => value >= 0 && value < Infinity));
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    const central = (power: number): number => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / COUNT;
    t.true(Math.abs(mean / shape - 1) < 0.03, `mean ${mean}`);
    t.true(Math.abs(central(2) / shape - 1) < 0.06, `variance ${central(2)}`);
    t.true(Math.abs(central(3) / (2 * shape) - 1) < 0.3, `third moment ${central(3)}`);
  });
}

test('shape 1 is exponential', (t) => {
  const random = counterRandom('exponential');
  const values = Array.from({ length: COUNT }, () => drawGamma(random, 1));
  for (const limit of [0.1, 0.5, 1, 2, 4]) {
    const share = values.filter((value) => value > limit).length / COUNT;
    t.true(Math.abs(share - Math.exp(-limit)) < 0.01, `${share} above ${limit}`);
  }
});

test('equal streams, equal numbers; a shape that is none is refused', (t) => {
  t.is(drawGamma(counterRandom(1), 0.3), drawGamma(counterRandom(1), 0.3));
  for (const shape of [0, -1, Number.NaN, Infinity]) t.throws(() => drawGamma(counterRandom(1), shape), { instanceOf: RangeError, message: /must be a finite number above 0/ });
});
