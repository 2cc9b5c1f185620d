import test from 'ava';
import golden from '../golden/owl/matching_cost.json' with { type: 'json' };
import { matchingCost } from '../../kernels/matchingCost.js';

for (const { logits_without_col0: logits, target_multi_hot_without_col0: hot, pred_cxcywh: predicted, target_cxcywh: wanted, ...parts } of golden.cases) {
  const predictions = { count: logits.length, logits: logits.flat(), boxesCxcywh: predicted.flat() };
  const targets = { count: hot.length, boxQueries: hot.flat(), boxesCxcywh: wanted.flat() };
  const near = (found: Float64Array, want: readonly (readonly number[])[]): boolean => found.length === want.flat().length && found.every((value, i) => Math.abs(value - want.flat()[i]!) < 1e-6);
  test('as scenic computes it, in its parts and together, within 1e-6', (t) => {
    t.true(near(matchingCost(predictions, targets), parts.cost));
    t.true(near(matchingCost(predictions, targets, { weights: { label: 1, l1: 0, giou: 0 } }), parts.cost_class));
    t.true(near(matchingCost(predictions, targets, { weights: { label: 0, l1: 1, giou: 0 } }), parts.cost_l1));
    t.true(near(matchingCost(predictions, targets, { weights: { label: 0, l1: 0, giou: -1 } }), parts.giou));
  });
}
