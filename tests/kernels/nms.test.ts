import test from 'ava';
import { readFileSync } from 'node:fs';
import { nms } from '../../kernels/nms.js';

const boxes = [0, 0, 10, 10, 1, 0, 11, 10, 20, 0, 30, 10];

test('keeps the best of each cluster, best first', (t) => {
  t.deepEqual([...nms(boxes, [0.5, 0.9, 0.7], 0.5)], [1, 2]);
  t.deepEqual([...nms(boxes, [0.9, 0.5, 0.95], 0.5)], [2, 0]);
});

test('an overlap equal to the threshold is kept', (t) => {
  t.deepEqual([...nms(boxes, [3, 2, 1], 90 / 110)], [0, 1, 2]);
  t.deepEqual([...nms(boxes, [3, 2, 1], 0.8)], [0, 2]);
});

test('a suppressed box suppresses nothing', (t) => {
  const chain = [0, 0, 10, 1, 4, 0, 14, 1, 8, 0, 18, 1];
  t.deepEqual([...nms(chain, [3, 2, 1], 0.3)], [0, 2]);
});

test('of equal scores the first wins', (t) => {
  t.deepEqual([...nms([0, 0, 1, 1, 0, 0, 1, 1], [0.5, 0.5], 0.5)], [0]);
  t.deepEqual([...nms([], [], 0.5)], []);
});

test('refuses mismatched lengths and thresholds outside 0 to 1', (t) => {
  t.throws(() => nms([0, 0, 1], [1], 0.5), { message: /1 scores need 4 box values, got 3/ });
  t.throws(() => nms([], [], 1.5), { message: /threshold must be from 0 to 1, got 1.5/ });
});

test('keeps the boxes that transformers\' image-guided post-processing keeps', (t) => {
  const golden = JSON.parse(readFileSync(new URL('../golden/owl/hf_owlv2_image_guided.json', import.meta.url), 'utf8')) as {
    logits: number[][][]; target_pred_boxes: number[][][]; cases: { threshold: number; nms_threshold: number; scores_alpha: number[] }[];
  };
  const scores = golden.logits[0]!.map(([logit]) => 1 / (1 + Math.exp(-logit!)));
  const corners = golden.target_pred_boxes[0]!.flatMap(([x, y, w, h]) => [x! - w! / 2, y! - h! / 2, x! + w! / 2, y! + h! / 2]);
  for (const { threshold, nms_threshold: limit, scores_alpha: want } of golden.cases) {
    const best = Math.max(...scores) + 1e-6;
    // It ranks before it thresholds, and returns the kept boxes in index order with a colour strength for a score.
    const kept = [...nms(corners, scores, limit)].filter((i) => scores[i]! > threshold).toSorted((a, b) => a - b);
    const alpha = kept.map((i) => Math.min(1, Math.max(0, (scores[i]! - 0.1 * best) / (0.9 * best)))).filter((value) => value > 0);
    t.is(alpha.length, want.length);
    alpha.forEach((value, i) => t.true(Math.abs(value - want[i]!) < 1e-5));
  }
});
