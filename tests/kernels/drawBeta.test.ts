import test from 'ava';
import { drawBeta } from '../../kernels/drawBeta.js';
import { counterRandom } from '../../kernels/random.js';

for (const [alpha, beta] of [[1, 1], [0.2, 0.2], [2, 5], [0.5, 3]] as const) {
  test(`mean and variance of Beta(${alpha}, ${beta})`, (t) => {
    const random = counterRandom('beta', alpha, beta);
    const draws = Array.from({ length: 20000 }, () => drawBeta(random, alpha, beta));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    const [wantMean, wantVariance] = [alpha / (alpha + beta), (alpha * beta) / ((alpha + beta) ** 2 * (alpha + beta + 1))];
    t.true(draws.every((x) => x >= 0 && x <= 1));
    t.true(Math.abs(mean - wantMean) < 5 * Math.sqrt(wantVariance / draws.length), `${mean}`);
    t.true(Math.abs(variance - wantVariance) < 0.005, `${variance}`);
  });
}

test('shapes near 0 give 0 or 1 in their proportion, never NaN', (t) => {
  const random = counterRandom('tiny');
  const draws = Array.from({ length: 4000 }, () => drawBeta(random, 3e-4, 1e-4));
  t.true(draws.every((x) => x >= 0 && x <= 1));
  t.true(Math.abs(draws.filter((x) => x > 0.5).length / draws.length - 0.75) < 5 * Math.sqrt(0.1875 / 4000));
});
