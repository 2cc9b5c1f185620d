import test from 'ava';
import { mergeOverlapping } from '../../kernels/mergeOverlapping.js';

const never = (): boolean => false;
const boxes = Float32Array.of(0, 0, 100, 100, 0, 0, 50, 50, 0, 0, 100, 95, 0, 0, 100, 99);
const labels = [['a'], ['b'], ['c'], ['a', 'd']];

test('the largest overlap first; the place of the first, the labels of both, the box of either', (t) => {
  t.deepEqual(mergeOverlapping({ boxes, labels }, 0.9, never), { boxes: boxes.slice(0, 8), labels: [['a', 'a', 'd', 'c'], ['b']] });
  t.deepEqual(mergeOverlapping({ boxes, labels }, 0.9, () => true).boxes, Float32Array.of(0, 0, 100, 95, 0, 0, 50, 50));
});

test('what was merged is judged again by the box that it kept', (t) => {
  const chain = Float32Array.of(0, 0, 100, 10, 0, 0, 95, 10, 0, 0, 90, 10);
  const three = [['a'], ['b'], ['c']];
  t.is(mergeOverlapping({ boxes: chain, labels: three }, 0.94, never).labels.length, 2);
  t.deepEqual(mergeOverlapping({ boxes: chain, labels: three }, 0.94, () => true).labels, [['a', 'b', 'c']]);
});

test('nothing to merge', (t) => {
  t.deepEqual(mergeOverlapping({ boxes: new Float32Array(), labels: [] }, 0.9, never), { boxes: new Float32Array(), labels: [] });
});
