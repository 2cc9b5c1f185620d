import test from 'ava';
import { array, assert, constantFrom, integer, property } from 'fast-check';
import { boxFormats, clipXyxy, fromXyxy, scaleXyxy, toXyxy } from '../../kernels/boxFormats.js';

test('each format of one box', (t) => {
  const box = [10, 20, 40, 80];
  t.deepEqual([...fromXyxy(box, 'xyxy')], box);
  t.deepEqual([...fromXyxy(box, 'yxyx')], [20, 10, 80, 40]);
  t.deepEqual([...fromXyxy(box, 'xywh')], [10, 20, 30, 60]);
  t.deepEqual([...fromXyxy(box, 'cxcywh')], [25, 50, 30, 60]);
});

test('there and back, in all formats', (t) => {
  const side = integer({ min: 0, max: 1024 }).map((value) => value / 1024);
  assert(
    property(array(side, { maxLength: 20 }), constantFrom(...boxFormats), (values, format) => {
      const boxes = values.slice(0, values.length - (values.length % 4));
      t.deepEqual([...toXyxy(fromXyxy(boxes, format), format)], boxes);
    }),
  );
});

test('pixels become shares of each side, and are cut at the edges', (t) => {
  t.deepEqual([...clipXyxy(scaleXyxy([-8, 4, 32, 6], 1 / 16, 1 / 8))], [0, 0.5, 1, 0.75]);
});

test('numbers that are no boxes are refused', (t) => {
  t.throws(() => toXyxy([1, 2, 3], 'xyxy'), { instanceOf: RangeError, message: 'boxes are four numbers each, got 3' });
});
