import test from 'ava';
import { patchify } from '../../kernels/patchify.js';
import { takePatches } from '../../kernels/takePatches.js';

test('patches keep their values, places and grid; the others are as they were', (t) => {
  const all = patchify({ width: 6, height: 4, data: Uint8Array.from({ length: 72 }, (_, at) => at) }, 2);
  const before = structuredClone(all);
  const some = takePatches(all, [1, 5]);
  t.deepEqual([some.count, [...some.rows], [...some.columns], some.grid], [2, [0, 1], [1, 2], [2, 3]]);
  t.deepEqual([...some.data], [...all.data.subarray(12, 24), ...all.data.subarray(60, 72)]);
  t.deepEqual(all, before);
});
