import test from 'ava';
import golden from '../golden/owl/matching_cost.json' with { type: 'json' };
import { matchTargets } from '../../kernels/matchTargets.js';

test("scipy's assignment of scenic's costs", (t) => {
  for (const { logits_without_col0: logits, target_multi_hot_without_col0: hot, pred_cxcywh: predicted, target_cxcywh: wanted, assignment_pred_to_target: pairs } of golden.cases) {
    const found = matchTargets({ count: logits.length, logits: logits.flat(), boxesCxcywh: predicted.flat() }, { count: hot.length, boxQueries: hot.flat(), boxesCxcywh: wanted.flat() });
    for (const [prediction, target] of pairs) t.is(found[target!], prediction);
    t.is(found.length, pairs.length);
  }
});

test('more targets than predictions: one goes without', (t) => {
  const prediction = { count: 1, logits: [3, -3], boxesCxcywh: [0.5, 0.5, 0.2, 0.2] };
  t.deepEqual([...matchTargets(prediction, { count: 2, boxQueries: [0, 1, 1, 0], boxesCxcywh: [0.5, 0.5, 0.2, 0.2, 0.5, 0.5, 0.2, 0.2] })], [-1, 0]);
  t.deepEqual([...matchTargets(prediction, { count: 0, boxQueries: [], boxesCxcywh: [] })], []);
});
