import test from 'ava';
import * as fc from 'fast-check';
import golden from '../../golden/owl/prompt_ensemble.json' with { type: 'json' };
import { averageTemplates } from '../../../kernels/labels/averageTemplates.js';
import { bestQueryPerBox } from '../../../kernels/labels/bestQueryPerBox.js';

const { image_class_emb, query_emb_t_q_d, logit_shift, logit_scale, mean_logits, scores, argmax_query, max_score } = golden.cases;

test('golden: logits averaged over templates, then sigmoid, then the best query', (t) => {
  const logits = image_class_emb.flatMap((box, b) => query_emb_t_q_d.flatMap((queries) =>
    queries.map((query) => (cosine(box, query) + logit_shift[b]![0]!) * logit_scale[b]![0]!)));
  const [boxes, templates, queries] = [image_class_emb.length, query_emb_t_q_d.length, query_emb_t_q_d[0]!.length];
  const means = averageTemplates(logits, boxes, templates, queries);
  close(t, means, mean_logits.flat());
  const best = bestQueryPerBox(means, boxes, queries);
  t.deepEqual([...best.indices], argmax_query);
  close(t, best.scores, max_score);
  // Every single score too: one query at a time is its own best.
  close(t, bestQueryPerBox(means, boxes * queries, 1).scores, scores.flat());
});

test('the first of equal logits wins; padding queries never do', (t) => {
  const lowest = -3.4028234663852886e38; // what the model gives a padding query
  const best = bestQueryPerBox(Float32Array.of(1, 2, 2, lowest, 0, 0, lowest, lowest), 2, 4);
  t.deepEqual([...best.indices], [1, 0]);
  t.is(best.scores[1], 0.5);
  t.deepEqual([...bestQueryPerBox([lowest, -Infinity], 1, 2).scores], [0]);
});

test('no query beats the best one', (t) => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.float({ noNaN: true }), { maxLength: 40 }), (queries, values) => {
    const count = Math.floor(values.length / queries);
    const logits = Float32Array.from(values.slice(0, count * queries));
    const { indices, scores: bestScores } = bestQueryPerBox(logits, count, queries);
    for (let box = 0; box < count; box++) {
      const row = logits.subarray(box * queries, (box + 1) * queries);
      t.is(indices[box], row.indexOf(Math.max(...row)));
      t.true(bestScores[box]! >= 0 && bestScores[box]! <= 1);
    }
  }));
});

test('averaging one template changes nothing', (t) => {
  t.deepEqual([...averageTemplates([1, 2, 3, 4], 2, 1, 2)], [1, 2, 3, 4]);
  t.deepEqual([...averageTemplates([1, 2, 3, 4], 1, 2, 2)], [2, 3]);
});

test('what does not fit is refused', (t) => {
  t.throws(() => bestQueryPerBox([1, 2, 3], 2, 2), { instanceOf: RangeError, message: 'bestQueryPerBox: 2 boxes x 2 queries need 4 logits, got 3' });
  t.throws(() => bestQueryPerBox([], 0, 0), { instanceOf: RangeError, message: /`queries` must be an integer from 1 up, got 0/ });
  t.throws(() => bestQueryPerBox([1, Number.NaN], 1, 2), { message: /box 0 and query 1 is not a number/ });
  t.throws(() => averageTemplates([1], 1, 2, 1), { instanceOf: RangeError, message: /need 2 logits, got 1/ });
  t.throws(() => averageTemplates([], 1, 0, 1), { instanceOf: RangeError, message: /`templates` must be an integer from 1 up, got 0/ });
});

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function cosine(a: number[], b: number[]): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function close(t: { true(value: boolean, message: string): unknown; is(a: number, b: number): unknown }, actual: ArrayLike<number>, expected: number[]): void {
  t.is(actual.length, expected.length);
  expected.forEach((value, i) => t.true(Math.abs(actual[i]! - value) < 1e-6, `${i}: ${actual[i]}, expected ${value}`));
}
