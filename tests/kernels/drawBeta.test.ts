import test from 'ava';
import { drawBeta } from '../../kernels/drawBeta.js';
import { counterRandom } from '../../kernels/random.js';

for (const [alpha, beta] of [[1.67, 0.67], [0.13, 2.2], [1, 1], [20, 5]] as const) {
  test(`Beta(${alpha}, ${beta}): mean and variance`, (t) => {
    const random = counterRandom('beta', alpha, beta);
    const draws = Array.from({ length: 40_000 }, () => drawBeta(random, alpha, beta));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    const expected = alpha / (alpha + beta);
    t.true(Math.abs(mean - expected) < 0.006, `mean ${mean}, expected ${expected}`);
    t.true(Math.abs(variance - (expected * (1 - expected)) / (alpha + beta + 1)) < 0.003, `variance ${variance}`);
    t.true(draws.every((draw) => draw >= 0 && draw <= 1));
  });
}
