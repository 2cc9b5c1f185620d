import test from 'ava';
import { readFileSync } from 'node:fs';
import { boxesInPixels, meanOverTemplates } from '../../../models/owlv2/detections.js';
import { difference } from './tiny.js';

const golden = <T>(name: string): T => JSON.parse(readFileSync(new URL(`../../golden/owl/${name}.json`, import.meta.url), 'utf8'));

const unit = (v: number[]): number[] => v.map((x) => x / Math.hypot(...v));
const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

test('boxes and scores equal transformers\' post-processing', (t) => {
  const { logits, pred_boxes: boxes, threshold, cases } = golden<{
    logits: number[][][]; pred_boxes: number[][][]; threshold: number; cases: { target_size_hw: [number, number]; scores: number[]; labels: number[]; boxes_xyxy: number[][] }[];
  }>('hf_owlv2_postprocess');
  const best = logits[0]!.map((row) => Math.max(...row));
  const kept = best.map((logit, i) => ({ score: 1 / (1 + Math.exp(-logit)), i })).filter(({ score }) => score > threshold);
  for (const { target_size_hw: [height, width], scores, labels, boxes_xyxy: want } of cases) {
    const pixels = boxesInPixels(boxes[0]!.flat(), { width, height });
    t.true(difference(kept.map(({ score }) => score), scores) < 1e-5);
    t.deepEqual(kept.map(({ i }) => logits[0]![i]!.indexOf(best[i]!)), labels);
    t.true(difference(kept.flatMap(({ i }) => [...pixels.subarray(4 * i, 4 * i + 4)]), want.flat()) < 1e-3);
  }
});

test('a box head of zeros puts each centre at its patch\'s bottom right corner', (t) => {
  const [{ zero_head_cxcywh: boxes }] = golden<{ cases: [{ zero_head_cxcywh: number[][] }] }>('box_bias').cases;
  const pixels = boxesInPixels(boxes.flat(), { width: 100, height: 40 });
  t.true(difference(pixels, [25, 25, 75, 75, 75, 25, 125, 75, 25, 75, 75, 125, 75, 75, 125, 125]) < 0.02);
});

test('one factor for x and y, not clipped', (t) => {
  t.deepEqual([...boxesInPixels([0.5, 0.5, 1, 0.5, 0, 0, 0.5, 0.5], { width: 100, height: 200 })], [0, 50, 200, 150, -50, -50, 50, 50]);
});

test('logits are averaged over templates as in scenic', (t) => {
  const { cases: c } = golden<{ cases: { image_class_emb: number[][]; query_emb_t_q_d: number[][][]; logit_shift: number[][]; logit_scale: number[][]; mean_logits: number[][] } }>('prompt_ensemble');
  const queries = c.mean_logits[0]!.length;
  // Our order of columns: a query's templates follow each other.
  const rows = c.image_class_emb.map((box, p) =>
    Array.from({ length: queries }, (_, q) => c.query_emb_t_q_d.map((template) => (dot(unit(box), unit(template[q]!)) + c.logit_shift[p]![0]!) * c.logit_scale[p]![0]!)).flat(),
  );
  const templates = Array.from({ length: queries }, () => c.query_emb_t_q_d.length);
  t.true(difference(meanOverTemplates(rows.flat(), rows.length, rows[0]!.length, templates), c.mean_logits.flat()) < 1e-5);
});

test('queries may have different numbers of templates; padding columns are dropped', (t) => {
  t.deepEqual([...meanOverTemplates([1, 2, 4, 99, 3, 5, 7, 99], 2, 4, [1, 2])], [1, 3, 3, 6]);
  t.deepEqual([...meanOverTemplates([1, 2], 2, 1, [])], []);
});
