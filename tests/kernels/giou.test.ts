import test from 'ava';
import { assert, integer, nat, property, tuple } from 'fast-check';
import golden from '../golden/owl/matching_cost.json' with { type: 'json' };
import { toXyxy } from '../../kernels/boxFormats.js';
import { giou } from '../../kernels/giou.js';
import { iou } from '../../kernels/iou.js';

test('as scenic has it, within 1e-6', (t) => {
  for (const { pred_cxcywh: predicted, target_cxcywh: wanted, giou: table } of golden.cases) {
    const [a, b] = [toXyxy(predicted.flat(), 'cxcywh'), toXyxy(wanted.flat(), 'cxcywh')];
    table.forEach((row, i) => row.forEach((value, j) => t.true(Math.abs(giou(a, i, b, j) - value) < 1e-6, `${i} ${j}`)));
  }
});

test('never more than the IoU, from -1 to 1, the same both ways; 1 for equal boxes', (t) => {
  const box = tuple(nat(50), nat(50), integer({ min: 1, max: 50 }), integer({ min: 1, max: 50 })).map(([x, y, w, h]) => [x, y, x + w, y + h]);
  assert(
    property(box, box, (a, b) => {
      const value = giou(a, 0, b, 0);
      t.true(value <= iou(a, 0, b, 0) + 1e-12 && value > -1 && value <= 1);
      t.is(value, giou(b, 0, a, 0));
      t.is(giou(a, 0, a, 0), 1);
    }),
  );
});

test('touching, apart and without area', (t) => {
  t.is(giou([0, 0, 1, 1], 0, [1, 0, 2, 1], 0), 0);
  t.is(giou([0, 0, 1, 1], 0, [3, 0, 4, 1], 0), -0.5);
  t.is(giou([1, 1, 1, 1], 0, [1, 1, 1, 1], 0), 0);
});
