import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { applyUpdate, checkOptimizer, optimizerSlots, type Optimizer } from '../../../models/train/optimizer.js';
import { apart, numbers, onEach } from '../../helpers/backends.js';

const GRADIENTS = [[0.5, -2, 0], [1, 1, 1e-4], [-0.3, 0.2, 3]];
const START = [1, -1, 0.5];
const RATE = 0.1;

/** The papers' formulas, number by number. */
const expected: Readonly<Record<string, (optimizer: Optimizer, decays: boolean) => number[]>> = {
  adam: (_, decays) => adam(0.9, 0.999, 1e-8, 0, decays),
  adamw: (_, decays) => adam(0.8, 0.95, 1e-8, 0.3, decays),
  sgd: () => START.map((start, at) => {
    let [value, momentum] = [start, 0];
    for (const gradient of GRADIENTS) {
      momentum = 0.9 * momentum + (gradient[at] as number);
      value -= RATE * momentum;
    }
    return value;
  }),
};
function adam(beta1: number, beta2: number, epsilon: number, decay: number, decays: boolean): number[] {
  return START.map((start, at) => {
    let [value, mean, variance] = [start, 0, 0];
    for (const [step, gradient] of GRADIENTS.entries()) {
      const g = gradient[at] as number;
      mean = beta1 * mean + (1 - beta1) * g;
      variance = beta2 * variance + (1 - beta2) * g * g;
      const change = mean / (1 - beta1 ** (step + 1)) / (Math.sqrt(variance / (1 - beta2 ** (step + 1))) + epsilon);
      value -= RATE * (change + (decays ? decay * value : 0));
    }
    return value;
  });
}

test.serial('adam, adamw (what decays and what does not), sgd with momentum: the papers\' formulas, and no tensor left', async (t) => {
  const optimizers: readonly Optimizer[] = [{ kind: 'adam' }, { kind: 'adamw', beta1: 0.8, beta2: 0.95, weightDecay: 0.3 }, { kind: 'sgd', momentum: 0.9 }];
  await onEach(['cpu', 'wasm'], async ({ name, tf }) => {
    for (const optimizer of optimizers) {
      for (const decays of [true, false]) {
        const weight = tf.variable(tf.tensor1d(START));
        const slots = optimizerSlots(optimizer).map(() => tf.variable(tf.zeros([3])));
        const gradients = GRADIENTS.map((gradient) => tf.tensor1d(gradient));
        const before = tf.memory().numTensors;
        for (const [step, gradient] of gradients.entries()) applyUpdate(tf, optimizer, { weight, gradient, slots, decays, rate: RATE, step });
        t.is(tf.memory().numTensors, before);
        const difference = apart(await numbers(weight), (expected[optimizer.kind] as (o: Optimizer, d: boolean) => number[])(optimizer, decays));
        t.true(difference < 1e-5, `${name} ${optimizer.kind}, decays: ${decays}: ${difference}`);
      }
    }
  });
});

test('what cannot be is refused', (t) => {
  t.throws(() => checkOptimizer({ kind: 'adam', beta1: 1 }), { instanceOf: UsageError, message: /`beta1`/ });
  t.throws(() => checkOptimizer({ kind: 'lion' } as unknown as Optimizer), { instanceOf: UsageError, message: /adamw, adam or sgd/ });
  t.notThrows(() => checkOptimizer({ kind: 'sgd' }));
});
