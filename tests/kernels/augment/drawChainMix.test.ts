import test from 'ava';
import { augMixAllNames, augMixNames, drawChainMix } from '../../../kernels/augment/drawChainMix.js';
import { counterRandom } from '../../../kernels/random.js';

const image = { width: 300, height: 150 };
const draws = (law: Partial<Parameters<typeof drawChainMix>[2]>, count = 3000) => {
  const random = counterRandom('augmix');
  return Array.from({ length: count }, () => drawChainMix(random, image, { width: 3, depth: -1, alpha: 1, severity: 3, ops: augMixNames, ...law }));
};

test('shares add up to 1 and are as Dirichlet(1, 1, 1), the whole is as Beta(1, 1), depths as 1 to 3', (t) => {
  const mixes = draws({});
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const { chains } of mixes) t.true(Math.abs(chains.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
  const shares = mixes.map(({ chains }) => chains[0]!.share);
  t.true(Math.abs(mean(shares) - 1 / 3) < 0.02 && Math.abs(mean(shares.map((share) => share * share)) - 1 / 6) < 0.02);
  t.true(Math.abs(mean(mixes.map(({ augmented }) => augmented)) - 0.5) < 0.03 && Math.abs(mean(mixes.map(({ augmented }) => augmented ** 2)) - 1 / 3) < 0.03);
  const depths = mixes.flatMap(({ chains }) => chains.map(({ distortions }) => distortions.length));
  for (const depth of [1, 2, 3]) t.true(Math.abs(depths.filter((one) => one === depth).length - 3000) < 5 * Math.sqrt(2000));
});

test('every step stays within its severity', (t) => {
  const most: Readonly<Record<string, number>> = { Rotate: 9, ShearX: 0.09, ShearY: 0.09, TranslateX: 30, TranslateY: 15 };
  const steps = draws({ ops: augMixAllNames }).flatMap(({ chains }) => chains.flatMap(({ distortions }) => distortions));
  t.deepEqual(new Set(steps.map(({ op }) => op)).size, 13);
  for (const { op, amount } of steps) {
    if (op === 'Posterize') t.true(amount === 3 || amount === 4);
    else if (op === 'Solarize') t.true(Number.isInteger(amount) && amount >= 256 - 76 && amount <= 256);
    else if (most[op] !== undefined) t.true(Math.abs(amount) <= most[op], `${op} ${amount}`);
    else t.true(amount === 0 || (amount > 0.117 && amount < 0.641), `${op} ${amount}`);
  }
});

test('a fixed depth', (t) => {
  t.true(draws({ depth: 2, width: 1 }, 50).every(({ chains }) => chains.length === 1 && chains[0]!.distortions.length === 2));
});
