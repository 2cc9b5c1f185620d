import test from 'ava';
import { array, assert, nat, pre, property } from 'fast-check';
import golden from '../golden/owl/cofinetune_sampling.json' with { type: 'json' };
import { taskSteps } from '../../kernels/taskSteps.js';

const { sizes, concat_probs: shares, weighted_steps_for_9000: steps } = golden.cases;

test('steps in proportion to the sizes, as specified', (t) => {
  t.deepEqual(taskSteps(Object.values(sizes), 9000), Object.values(steps));
  taskSteps(Object.values(sizes), 1e9).forEach((count, i) => t.true(Math.abs(count / 1e9 - Object.values(shares)[i]!) <= 1e-9));
});

test('they add up, each within one of its share', (t) => {
  assert(
    property(array(nat(1000), { minLength: 1, maxLength: 6 }), nat(10_000), (weights, count) => {
      pre(weights.some((weight) => weight > 0));
      const found = taskSteps(weights, count);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      t.is(found.reduce((sum, each) => sum + each, 0), count);
      found.forEach((each, i) => t.true(Math.abs(each - (weights[i]! / total) * count) < 1));
    }),
  );
});

test('sizes that are none', (t) => {
  t.throws(() => taskSteps([0, 0], 3), { instanceOf: RangeError });
  t.throws(() => taskSteps([1, -1], 3), { instanceOf: RangeError });
});
