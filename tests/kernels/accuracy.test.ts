import test from 'ava';
import { accuracy } from '../../kernels/accuracy.js';

test('the largest score at a class of the labels; padding does not count, several labels may be right', (t) => {
  const scores = Float32Array.of(1, 2, 3, /**/ 9, 0, 0, /**/ 0, 5, 5, /**/ 7, 0, 0);
  const labels = Float32Array.of(0, 0, 1, /**/ 0, 1, 0, /**/ 0, 0.3, 0.7, /**/ 1, 0, 0);
  t.is(accuracy(scores, labels, Float32Array.of(1, 1, 1, 0), 3), 2 / 3);
  t.is(accuracy(scores, labels, new Float32Array(4), 3), 0);
});
