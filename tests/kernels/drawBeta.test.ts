import test from 'ava';
import { drawBeta } from '../../kernels/drawBeta.js';
import { counterRandom } from '../../kernels/random.js';

const COUNT = 40_000;

for (const [alpha, beta] of [[0.2, 0.2], [1, 1], [2, 2], [0.5, 3], [5, 1]] as const) {
  test(`beta(${alpha}, ${beta}): mean and variance`, (t) => {
    const random = counterRandom('beta', alpha, beta);
    const values = Array.from({ length: COUNT }, () => drawBeta(random, alpha, beta));
    t.true(values.every((value) => value >= 0 && value <= 1));
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
    t.true(Math.abs(mean - alpha / (alpha + beta)) < 0.01, `mean ${mean}`);
    t.true(Math.abs(variance / ((alpha * beta) / ((alpha + beta) ** 2 * (alpha + beta + 1))) - 1) < 0.04, `variance ${variance}`);
  });
}

test('beta(1, 1) is uniform', (t) => {
  const random = counterRandom('uniform');
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let n = 0; n < COUNT; n += 1) {
    const tenth = Math.min(9, Math.floor(10 * drawBeta(random, 1, 1)));
    tenths[tenth] = (tenths[tenth] as number) + 1;
  }
  t.true(tenths.every((count) => Math.abs(count / COUNT - 0.1) < 0.01), tenths.join(' '));
});

test('parameters near 0 give a coin, never a number that is none', (t) => {
  const random = counterRandom('coin');
  const values = Array.from({ length: 2000 }, () => drawBeta(random, 1e-4, 3e-4));
  t.true(values.every((value) => value >= 0 && value <= 1));
  t.true(Math.abs(values.filter((value) => value > 0.5).length / 2000 - 0.25) < 0.04);
});
