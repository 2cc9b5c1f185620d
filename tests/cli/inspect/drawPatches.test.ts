import test from 'ava';
import { drawPatches, isPatches } from '../../../cli/inspect/drawPatches.js';
import type { Patches } from '../../../kernels/patches.js';

/** Patches of one pixel. */
const patches: Patches = { count: 2, width: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6), rows: Int32Array.of(1, 0), columns: Int32Array.of(0, 1), grid: [2, 2] };

test('patches stand at their places, the others are grey', (t) => {
  t.deepEqual(drawPatches(patches), { width: 2, height: 2, data: Uint8Array.of(128, 128, 128, 4, 5, 6, 1, 2, 3, 128, 128, 128) });
  const four = { ...patches, count: 1, width: 12, data: Uint8Array.from({ length: 12 }, (_, at) => at), rows: Int32Array.of(0), columns: Int32Array.of(1), grid: [1, 2] as const };
  t.deepEqual([...drawPatches(four)!.data], [128, 128, 128, 128, 128, 128, 0, 1, 2, 3, 4, 5, 128, 128, 128, 128, 128, 128, 6, 7, 8, 9, 10, 11]);
});

test('floats are shown by their range', (t) => {
  t.deepEqual([...drawPatches({ ...patches, data: Float32Array.of(-1, 0, 1, 0, 0, 0) })!.data.subarray(6, 9)], [0, 128, 255]);
});

test('what is no picture is not drawn', (t) => {
  t.is(drawPatches({ ...patches, width: 2, data: new Uint8Array(4) }), undefined);
  t.true(isPatches(patches));
  for (const other of [undefined, 1, {}, { ...patches, rows: [1] }, { ...patches, grid: 2 }]) t.false(isPatches(other));
});
