import test from 'ava';
import { matchBoxes } from '../../kernels/matchBoxes.js';

const truth = [0, 0, 10, 10];

test('a true box is hit once, by the best score', (t) => {
  t.deepEqual([...matchBoxes([0, 0, 10, 9, 0, 0, 10, 10, 50, 50, 60, 60], [0.8, 0.9, 0.99], truth)], [0, 1, 0]);
});

test('the higher overlap wins among free true boxes', (t) => {
  const truths = [0, 0, 10, 10, 2, 0, 12, 10];
  // The first takes the right box, so the second, which would fit it better too, gets the left one.
  t.deepEqual([...matchBoxes([2, 0, 12, 10, 1.5, 0, 11.5, 10], [0.9, 0.8], truths)], [1, 1]);
  t.deepEqual([...matchBoxes([2, 0, 12, 10, 2, 0, 12, 10], [0.9, 0.8], truths, 0.9)], [1, 0]);
});

test('the threshold belongs to a hit', (t) => {
  t.deepEqual([...matchBoxes([0, 0, 10, 5], [1], truth, 0.5)], [1]);
  t.deepEqual([...matchBoxes([0, 0, 10, 4.9], [1], truth, 0.5)], [0]);
});

test('nothing to match', (t) => {
  t.deepEqual([...matchBoxes([], [], truth)], []);
  t.deepEqual([...matchBoxes(truth, [1], [])], [0]);
  t.throws(() => matchBoxes([1], [1], []), { message: /1 scores need 4 box values, got 1/ });
});
