import test from 'ava';
import { drawDistribution, truncatedNormal, uniform, type Distribution } from '../../kernels/drawDistribution.js';
import { counterRandom } from '../../kernels/random.js';

const draws = (distribution: Distribution): number[] => {
  const random = counterRandom('draws', JSON.stringify(distribution));
  return Array.from({ length: 20_000 }, () => drawDistribution(random, distribution));
};
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('uniform: mean 0, variance 1/3, inside -1 to 1', (t) => {
  const values = draws(uniform());
  t.true(Math.abs(meanOf(values)) < 0.02 && Math.abs(meanOf(values.map((value) => value ** 2)) - 1 / 3) < 0.01);
  t.true(values.every((value) => value >= -1 && value < 1));
});

test('truncated normal: the mean that the closed form gives', (t) => {
  // mean + std (phi(a) - phi(b)) / (Phi(b) - Phi(a)) with a, b the ends in deviations.
  for (const [mean, expected] of [[0, 0], [-0.5, -0.1434], [0.5, 0.1434]] as const) {
    const values = draws(truncatedNormal({ mean, std: 1 }));
    t.true(Math.abs(meanOf(values) - expected) < 0.015, `${mean}: ${meanOf(values)}`);
    t.true(values.every((value) => value >= -1 && value <= 1));
  }
});

test('a distribution is plain JSON, and parameters are checked', (t) => {
  t.deepEqual(JSON.parse(JSON.stringify(truncatedNormal({ mean: -0.5, std: 1 }))), { kind: 'truncatedNormal', mean: -0.5, std: 1 });
  t.throws(() => truncatedNormal({ mean: 2, std: 1 }), { name: 'RangeError', message: /`mean` must be a number from -1 to 1, got 2/ });
  t.throws(() => truncatedNormal({ mean: 0, std: 0 }), { name: 'RangeError', message: /`std`/ });
});
