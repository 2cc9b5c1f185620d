import test from 'ava';
import { iou } from '../../kernels/iou.js';

test('intersection over union', (t) => {
  const boxes = [0, 0, 2, 2, 1, 1, 3, 3];
  t.is(iou(boxes, 0, boxes, 0), 1);
  t.is(iou(boxes, 0, boxes, 1), 1 / 7);
  t.is(iou(boxes, 1, boxes, 0), 1 / 7);
});

test('boxes that touch, lie apart or have no area overlap by 0', (t) => {
  const boxes = [0, 0, 2, 2, 2, 0, 4, 2, 5, 5, 6, 6, 1, 1, 1, 1];
  for (const other of [1, 2, 3]) t.is(iou(boxes, 0, boxes, other), 0);
  t.is(iou(boxes, 3, boxes, 3), 0);
});
