import test from 'ava';
import * as fc from 'fast-check';
import golden from '../../golden/owl/pseudo_label_filter.json' with { type: 'json' };
import { fuseLabelSpaces } from '../../../kernels/labels/fuseLabelSpaces.js';
import { keepBoxes } from '../../../kernels/labels/keepBoxes.js';
import { survivorsPerThreshold } from '../../../kernels/labels/survivorsPerThreshold.js';

interface Box {
  readonly query: string;
  readonly score: number;
}

for (const example of golden.cases.single_space) {
  test(`golden: picture ${example.in.id}`, (t) => {
    const { kept, boxes } = keepBoxes(read(example.in.boxes));
    t.is(kept, example.out.image_kept);
    t.deepEqual(boxes, read(example.out.boxes));
  });
}

test('golden: curated queries count 0.3 beside N-grams', (t) => {
  const { in: given, rescaled_union, out_image_kept, out_boxes_if_kept } = golden.cases.combined;
  const fused = fuseLabelSpaces([{ boxes: read(given.ngram) }, { boxes: read(given.curated), scoreFactor: 0.3 }]);
  same(t, fused, read(rescaled_union));
  t.is(keepBoxes(fused).kept, out_image_kept);
  same(t, keepBoxes(fused, { minBestScore: 0 }).boxes, read(out_boxes_if_kept));
});

const boxArray = fc.array(fc.record({ query: fc.constant('x'), score: fc.double({ min: 0, max: 1, noNaN: true }) }));

test('a kept picture keeps its best box; what is kept is a part in the same order', (t) => {
  fc.assert(fc.property(boxArray, (boxes) => {
    const result = keepBoxes(boxes);
    t.is(result.bestScore, Math.max(0, ...boxes.map(({ score }) => score)));
    t.is(result.kept, result.bestScore > 0.3);
    t.deepEqual(result.boxes, result.kept ? boxes.filter((box) => box.score >= 0.1) : []);
  }));
});

test('survivors agree with keepBoxes and fall as the threshold rises', (t) => {
  t.deepEqual(survivorsPerThreshold([0.1, 0.3, 0.31, 0.5, 0.71, 0]), [4, 3, 1, 1]);
  fc.assert(fc.property(fc.array(boxArray), (pictures) => {
    const thresholds = [0.1, 0.3, 0.5, 0.7];
    const survivors = survivorsPerThreshold(pictures.map((boxes) => keepBoxes(boxes).bestScore));
    t.deepEqual(survivors, thresholds.map((minBestScore) => pictures.filter((boxes) => keepBoxes(boxes, { minBestScore }).kept).length));
    t.deepEqual(survivors, survivors.toSorted((a, b) => b - a));
  }));
});

test('boxes keep their other fields and are not changed', (t) => {
  const box = Object.freeze({ query: 'bus', score: 0.9, box: [0, 0, 1, 1] });
  t.deepEqual(fuseLabelSpaces([{ boxes: [box], scoreFactor: 0.5 }]), [{ ...box, score: 0.45 }]);
});

test('bad options are refused', (t) => {
  t.throws(() => keepBoxes([], { minScore: 2 }), { instanceOf: RangeError, message: 'keepBoxes: `minScore` must be within 0..1, got 2' });
  t.throws(() => fuseLabelSpaces([{ boxes: [], scoreFactor: -1 }]), { instanceOf: RangeError, message: /label space 0 must be within 0..1, got -1/ });
});

function read(rows: readonly (readonly (string | number)[])[]): Box[] {
  return rows.map(([query, score]) => ({ query: String(query), score: Number(score) }));
}

function same(t: { deepEqual(a: unknown, b: unknown): unknown; true(value: boolean): unknown }, actual: Box[], expected: Box[]): void {
  t.deepEqual(actual.map(({ query }) => query), expected.map(({ query }) => query));
  t.true(actual.every(({ score }, i) => Math.abs(score - expected[i]!.score) < 1e-12));
}
