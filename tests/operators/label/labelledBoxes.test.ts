import test from 'ava';
import type { Detections } from '../../../models/detector.js';
import { labelledBoxes } from '../../../operators/label/labelledBoxes.js';
import { logitOf } from './fakeDetector.js';

const picture = { width: 100, height: 50 };

function found(boxes: readonly (readonly number[])[], logits: readonly (readonly number[])[]): Detections {
  return {
    count: boxes.length,
    queries: logits[0]?.length ?? 0,
    boxes: Float32Array.from(boxes.flat()),
    logits: Float32Array.from(logits.flat()),
    objectness: new Float32Array(0),
  };
}

test('each set judges its own columns; boxes of the sets follow each other', (t) => {
  const sets = [
    { labelSpace: 'a', queries: ['x', 'y'], scoreFactor: 1 },
    { labelSpace: 'none', queries: [], scoreFactor: 1 },
    { labelSpace: 'b', queries: ['z'], scoreFactor: 0.3 },
  ];
  const detections = found([[1, 2, 3, 4], [5, 6, 7, 8]], [[logitOf(0.2), logitOf(0.7), logitOf(0.9)], [logitOf(0.6), logitOf(0.6), 0]]);
  t.deepEqual(labelledBoxes(detections, sets, picture, false), [
    { box: [1, 2, 3, 4], query: 'y', score: 0.7, labelSpace: 'a' },
    { box: [5, 6, 7, 8], query: 'x', score: 0.6, labelSpace: 'a' },
    { box: [1, 2, 3, 4], query: 'z', score: 0.27, labelSpace: 'b' },
    { box: [5, 6, 7, 8], query: 'z', score: 0.15, labelSpace: 'b' },
  ]);
  t.deepEqual(labelledBoxes(found([[1, 2, 3, 4]], []), [sets[1]!], picture, false), []);
});

test('coordinates to 1e-3, scores to 1e-6, never -0; clipped only when asked', (t) => {
  const sets = [{ labelSpace: 'a', queries: ['x'], scoreFactor: 1 }];
  const detections = found([[-0.0001, -7.12345, 100.4444, 50.0006]], [[1]]);
  const [free] = labelledBoxes(detections, sets, picture, false);
  t.deepEqual(free, { box: [0, -7.123, 100.444, 50.001], query: 'x', score: 0.731059, labelSpace: 'a' });
  t.true(Object.is(free!.box[0], 0));
  t.deepEqual(labelledBoxes(detections, sets, picture, true)[0]!.box, [0, 0, 100, 50]);
});

test('what is no number is refused, with its place', (t) => {
  const sets = [{ labelSpace: 'a', queries: ['x'], scoreFactor: 1 }];
  t.throws(() => labelledBoxes(found([[0, 0, 1, 1], [0, 0, Infinity, 1]], [[0], [0]]), sets, picture, true), { message: /box 1 has the coordinate Infinity/ });
  t.throws(() => labelledBoxes(found([[0, 0, 1]], [[0]]), sets, picture, false), { message: /box 0 has the coordinate undefined/ });
  t.throws(() => labelledBoxes(found([[0, 0, 1, 1]], [[Number.NaN]]), sets, picture, false), { message: /box 0 and query 0 is not a number/ });
  t.throws(() => labelledBoxes(found([[0, 0, 1, 1]], [[0]]), [{ ...sets[0]!, queries: ['x', 'y'] }], picture, false), { instanceOf: RangeError, message: 'the teacher answered 1 queries of 2' });
});
