import test from 'ava';
import { sampleBoxes } from '../../cli/sampleBoxes.js';
import type { Sample } from '../../engine/sample.js';

const size = { width: 200, height: 100 };
const boxesOf = (fields: object, max?: number): readonly unknown[] =>
  sampleBoxes({ key: 'a', origin: { dataset: 'd', shard: 's', record: 0, pass: 0, path: [] }, cursor: { kind: 'source', position: null }, ...fields } as Sample, size, max).map(({ box, query, score }) => [box, query, ...(score === undefined ? [] : [score])]);

test('a list of boxes, and one in a JSON field', (t) => {
  const boxes = [{ box: [1, 2, 3, 4], query: 'low', score: 0.2 }, { box: [5, 6, 7, 8], query: 'high', score: 0.9 }];
  t.deepEqual(boxesOf({ boxes }), [[[5, 6, 7, 8], 'high', 0.9], [[1, 2, 3, 4], 'low', 0.2]]);
  t.deepEqual(boxesOf({ boxes }, 1).length, 1);
  t.deepEqual(boxesOf({ labels: { boxes, boxFormat: 'xyxy' } }).length, 2);
});

test('rows of float32: relative or pixels, by the format in the name, with labels where there are some; padding is left out', (t) => {
  t.deepEqual(boxesOf({ boxesXyxy: Float32Array.of(0.25, 0.5, 0.75, 1, 0, 0, 0, 0), boxLabels: [['a', 'b'], []] }), [[[50, 50, 150, 100], 'a, b']]);
  t.deepEqual(boxesOf({ boxesCxcywh: Float32Array.of(0.5, 0.5, 0.5, 1, -1, -1, -1, -1) }), [[[50, 0, 150, 100], '0']]);
  t.deepEqual(boxesOf({ boxesYxyx: Float32Array.of(10, 20, 30, 40), boxLabels: ['one'] }), [[[20, 10, 40, 30], 'one']]);
  t.deepEqual(boxesOf({ boxes: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) }), [[[1, 2, 3, 4], '0'], [[5, 6, 7, 8], '1']]);
});

test('nothing that is none', (t) => {
  for (const fields of [{}, { boxes: Float32Array.of(1, 2, 3) }, { other: Float32Array.of(1, 2, 3, 4) }, { boxes: [{ box: ['x'], query: 'q' }] }]) t.deepEqual(boxesOf(fields), []);
});
