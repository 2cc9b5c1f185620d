import test from 'ava';
import { averagePrecision } from '../../kernels/averagePrecision.js';

test('perfect, none, and no true box', (t) => {
  t.is(averagePrecision([0.9, 0.8], [1, 1], 2), 1);
  t.is(averagePrecision([0.9, 0.8], [0, 0], 2), 0);
  t.is(averagePrecision([], [], 3), 0);
  t.is(averagePrecision([0.9], [0], 0), undefined);
});

test('precision counts at each hit, made monotone from the right', (t) => {
  // Ranks: hit 1/1, miss, hit 2/3, miss, miss, hit 3/6; four true boxes.
  t.is(averagePrecision([6, 5, 4, 3, 2, 1], [1, 0, 1, 0, 0, 1], 4), (1 + 2 / 3 + 1 / 2) / 4);
  // Ranks: miss, hit 1/2, hit 2/3: the first hit counts with the better precision after it.
  t.is(averagePrecision([3, 2, 1], [0, 1, 1], 2), (2 / 3 + 2 / 3) / 2);
});

test('detections come in any order', (t) => {
  t.is(averagePrecision([1, 3, 2], [1, 0, 1], 2), averagePrecision([3, 2, 1], [0, 1, 1], 2));
});

test('refuses lists of different lengths', (t) => {
  t.throws(() => averagePrecision([1], [1, 0], 1), { message: /1 scores but 2 hits/ });
});
