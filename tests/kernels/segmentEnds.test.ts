import test from 'ava';
import { segmentEnds } from '../../kernels/segmentEnds.js';

test('1 at the last token of each segment that has a slot', (t) => {
  const ids = Int32Array.of(1, 1, 2, 0, /**/ 1, 2, 3, 3);
  const ends = segmentEnds(ids, 4, 2, new Float32Array(16).fill(5));
  t.deepEqual([...ends], [0, 1, 0, 0, /**/ 0, 0, 1, 0, /* second sequence */ 1, 0, 0, 0, /**/ 0, 1, 0, 0]);
});
