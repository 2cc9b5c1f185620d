import test from 'ava';
import { recallAt } from '../../kernels/recallAt.js';

test('own row first, second, last', (t) => {
  const queries = Float32Array.of(1, 0, 0, 1, 1, 1);
  const targets = Float32Array.of(1, 0, 0.5, 0.6, 0.2, 0.9);
  // Query 0: 1, 0.5, 0.2: first. Query 1: 0, 0.6, 0.9: second. Query 2: 1, 1.1, 1.1: a tie counts as before.
  t.is(recallAt(queries, targets, 2, 1), 1 / 3);
  t.is(recallAt(queries, targets, 2, 2), 1);
  t.is(recallAt(queries, targets, 2, 3), 1);
});

test('features that are all alike retrieve nothing', (t) => {
  t.is(recallAt(new Float32Array(20).fill(1), new Float32Array(20).fill(1), 2, 1), 0);
});

test('sizes that do not go together are refused', (t) => {
  t.throws(() => recallAt(new Float32Array(4), new Float32Array(6), 2, 1), { instanceOf: RangeError });
  t.throws(() => recallAt(new Float32Array(0), new Float32Array(0), 2, 1), { instanceOf: RangeError });
});
