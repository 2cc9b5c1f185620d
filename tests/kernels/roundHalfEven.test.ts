import test from 'ava';
import { roundHalfEven } from '../../kernels/roundHalfEven.js';

test('to the nearest, halves to the even one, also below zero', (t) => {
  t.deepEqual([0.5, 1.5, 2.5, 2.4999, 2.5001, 7, -0.5, -1.5, -2.5].map((x) => roundHalfEven(x) + 0), [0, 2, 2, 2, 3, 7, 0, -2, -2]);
});
