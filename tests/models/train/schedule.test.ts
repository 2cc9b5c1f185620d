import { readFileSync } from 'node:fs';
import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { checkSchedule, coolingAt, rateAt, type Schedule } from '../../../models/train/schedule.js';

const { rsqrt, cooldown } = (JSON.parse(readFileSync(new URL('../../golden/owl/schedule_and_weights.json', import.meta.url), 'utf8')) as {
  cases: { rsqrt: { step: number; lr: number }[]; cooldown: { lr0: number; t: number; N: number; lr: number }[] };
}).cases;

test('inverse square root with warm-up, and the cooldown: the golden rates of OWL-ST', (t) => {
  const schedule: Schedule = { kind: 'inverseSqrt', warmupSteps: 1000, timescale: 10_000 };
  for (const { step, lr } of rsqrt) t.true(Math.abs(5e-5 * rateAt(schedule, step) - lr) < 1e-12, `step ${step}`);
  for (const { lr0, t: at, N, lr } of cooldown) t.true(Math.abs(lr0 * coolingAt(500 + at, 500, N) - lr) < 1e-12, `step ${at}`);
});

test('an inverse square root cools down at its end: it goes on from where it is', (t) => {
  const whole: Schedule = { kind: 'inverseSqrt', timescale: 100, totalSteps: 1000, cooldownSteps: 200 };
  const plain: Schedule = { kind: 'inverseSqrt', timescale: 100 };
  t.is(rateAt(whole, 800), rateAt(plain, 800));
  t.is(rateAt(whole, 900), rateAt(plain, 900) / 2);
  t.is(rateAt(whole, 1000), 0);
  t.is(rateAt(whole, 2000), 0);
});

test('warm-up, cosine, linear, constant', (t) => {
  const cosine: Schedule = { kind: 'cosine', warmupSteps: 10, totalSteps: 110 };
  t.deepEqual([0, 5, 10].map((step) => rateAt(cosine, step)), [0, 0.5, 1]);
  t.true(Math.abs(rateAt(cosine, 60) - 0.5) < 1e-12);
  t.true(Math.abs(rateAt(cosine, 110)) < 1e-12);
  t.true(Math.abs(rateAt(cosine, 500)) < 1e-12);
  t.is(rateAt({ kind: 'linear', totalSteps: 100 }, 25), 0.75);
  t.is(rateAt({ kind: 'constant', warmupSteps: 4 }, 1), 0.25);
  t.is(rateAt({ kind: 'constant' }, 0), 1);
});

test('what cannot be is refused, with name, range and value', (t) => {
  for (const [schedule, message] of [
    [{ kind: 'cosine', warmupSteps: 10, totalSteps: 10 }, /`totalSteps` must be an integer from 11 up, got 10/],
    [{ kind: 'inverseSqrt', cooldownSteps: 10 }, /`cooldownSteps` needs `totalSteps`/],
    [{ kind: 'steps' }, /`kind` must be/],
    [{ kind: 'constant', warmupSteps: -1 }, /`warmupSteps`/],
  ] as const) {
    t.throws(() => checkSchedule(schedule as Schedule), { instanceOf: UsageError, message });
  }
});
