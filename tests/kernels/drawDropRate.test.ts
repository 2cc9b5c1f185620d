import test from 'ava';
import { readFileSync } from 'node:fs';
import { beta, betaParameters, byResolution, drawDropRate, fixed, keptTokens, meanByResolution, scheduled, scheduledRate } from '../../kernels/drawDropRate.js';
import { counterRandom } from '../../kernels/random.js';

interface Golden {
  readonly beta: {
    readonly params: readonly { readonly d_mu: number; readonly d_max: number; readonly alpha: number; readonly beta: number }[];
    readonly cross_check_with_paper_fig14: readonly { readonly d_mu: number; readonly d_max: number; readonly paper_fig14a_percent: number; readonly 'computed_percent_P(d<0.1)': number }[];
  };
  readonly resolution_dependent: { readonly examples: readonly { readonly s: number; readonly s_min: number; readonly s_max: number; readonly d_min: number; readonly d_max: number; readonly mu: number }[] };
  readonly schedule: { readonly examples: readonly { readonly n: number; readonly mu: number; readonly tau: number; readonly rho: number }[] };
}
const golden = (JSON.parse(readFileSync(new URL('../golden/big_vision/navit.json', import.meta.url), 'utf8')) as { cases: Golden }).cases;
const here = { tokens: 100, epoch: 0 };

test('parameters of the Beta draw', (t) => {
  for (const { d_mu: mean, d_max: max, alpha, beta: second } of golden.beta.params) {
    const found = betaParameters({ mean, max });
    t.true(Math.abs(found.alpha - alpha) < 1e-12 && Math.abs(found.beta - second) < 1e-12, `${mean} of ${max}`);
  }
});

test("how often the rate is below 0.1: within a point of what NaViT's figure 14a prints", (t) => {
  for (const { d_mu: mean, d_max: max, ...percents } of golden.beta.cross_check_with_paper_fig14) {
    const random = counterRandom('fig14', mean, max);
    const draws = Array.from({ length: 20_000 }, () => drawDropRate(random, beta({ mean, max }), here));
    const below = (100 * draws.filter((draw) => draw < 0.1).length) / draws.length;
    t.true(Math.abs(below - percents['computed_percent_P(d<0.1)']) < 1.1, `${mean} of ${max}: ${below}`);
    t.true(Math.abs(below - percents.paper_fig14a_percent) < 1.7, `${mean} of ${max}: ${below}, paper ${percents.paper_fig14a_percent}`);
    t.true(Math.abs(draws.reduce((sum, draw) => sum + draw, 0) / draws.length - mean) < 0.01);
    t.true(draws.every((draw) => draw >= 0 && draw <= max));
  }
});

test('by resolution: the mean is linear in the tokens, draws stay within two deviations', (t) => {
  for (const { s, s_min, s_max, d_min, d_max, mu } of golden.resolution_dependent.examples) {
    const rate = byResolution({ rates: [d_min, d_max], tokens: [s_min, s_max] });
    t.true(Math.abs(meanByResolution({ rates: [d_min, d_max], tokens: [s_min, s_max] }, s) - mu) < 1e-12);
    const random = counterRandom('resolution', s);
    const draws = Array.from({ length: 4000 }, () => drawDropRate(random, rate, { tokens: s, epoch: 0 }));
    t.true(draws.every((draw) => Math.abs(draw - mu) <= 0.04 + 1e-12));
    t.true(Math.abs(draws.reduce((sum, draw) => sum + draw, 0) / draws.length - mu) < 0.002);
  }
});

test('scheduled: the golden values, and the epoch times its images is what has been seen', (t) => {
  for (const { n, mu, tau, rho } of golden.schedule.examples) {
    t.true(Math.abs(scheduledRate({ min: 0.2, max: 0.8, mu, tau }, n) - rho) < 1e-12);
    t.true(Math.abs(drawDropRate(counterRandom(1), scheduled({ mu, tau, imagesPerEpoch: 1e8 }), { tokens: 10, epoch: n / 1e8 }) - rho) < 1e-12);
  }
});

test('fixed; what stays is rounded, and one token always', (t) => {
  t.is(drawDropRate(counterRandom(1), fixed(0.3), here), 0.3);
  t.deepEqual([keptTokens(100, 0.3), keptTokens(3, 0.5), keptTokens(7, 1), keptTokens(7, 0)], [70, 2, 1, 7]);
});

test('parameters are checked by name', (t) => {
  t.throws(() => fixed(1.2), { name: 'RangeError', message: /fixed: `rate` must be a number from 0 to 1, got 1.2/ });
  t.throws(() => beta({ mean: 0.8, max: 0.7 }), { message: /beta: `mean` must be a number between 0 and `max` 0.7, got 0.8/ });
  t.throws(() => byResolution({ rates: [0.1, 0.9], tokens: [16, 16] }), { message: /`tokens`/ });
  t.throws(() => scheduled({ mu: 1, tau: 0, imagesPerEpoch: 1 }), { message: /`tau`/ });
  t.throws(() => scheduled({ mu: 1, tau: 1, imagesPerEpoch: 0 }), { message: /`imagesPerEpoch`/ });
});
