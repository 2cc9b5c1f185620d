import test from 'ava';
import { readFileSync } from 'node:fs';
import { packPatches } from '../../../kernels/packing/packPatches.js';
import { patchify } from '../../../kernels/patchify.js';
import { takePatches } from '../../../kernels/takePatches.js';

interface Coordinates {
  readonly image_hw: readonly [number, number];
  readonly patch: number;
  readonly grid: number[];
  readonly absolute_max_xy: number[];
  readonly fractional_xy: number[][][];
}
const { coords } = (JSON.parse(readFileSync(new URL('../../golden/big_vision/navit.json', import.meta.url), 'utf8')) as { cases: { coords: readonly Coordinates[] } }).cases;
const picture = (height: number, width: number, seed: number): { height: number; width: number; data: Uint8Array } => ({ height, width, data: Uint8Array.from({ length: height * width * 3 }, (_, at) => (at * 7 + seed) % 256) });

test("absolute and fractional coordinates of NaViT's figure 16", (t) => {
  for (const { image_hw: [height, width], patch, grid, absolute_max_xy, fractional_xy } of coords) {
    const patches = patchify(picture(height, width, 0), patch);
    t.deepEqual([...patches.grid], grid);
    const packed = packPatches([patches], 20);
    t.deepEqual([Math.max(...packed.columns), Math.max(...packed.rows)], absolute_max_xy);
    for (const [token, [x, y]] of fractional_xy.flat().entries()) {
      t.is(packed.fractionalColumns[token], Math.fround(x as number));
      t.is(packed.fractionalRows[token], Math.fround(y as number));
    }
  }
});

test('each picture keeps its values, places and grid, also with dropped patches; padding is 0', (t) => {
  const [a, b] = [patchify(picture(4, 6, 1), 2), takePatches(patchify(picture(6, 4, 2), 2), [1, 4])];
  const packed = packPatches([a, b], 10);
  t.deepEqual([packed.count, packed.width, packed.data.length], [8, 12, 120]);
  t.deepEqual([...packed.data], [...a.data, ...b.data, ...new Uint8Array(24)]);
  t.deepEqual([...packed.rows], [...a.rows, 0, 2, 0, 0]);
  t.deepEqual([...packed.columns], [...a.columns, 1, 0, 0, 0]);
  t.deepEqual([...packed.fractionalRows.subarray(6)], [0, 2 / 3, 0, 0].map(Math.fround));
  t.deepEqual([...packed.fractionalColumns.subarray(6)], [0.5, 0, 0, 0]);
});

test('patches of two kinds cannot share a sequence', (t) => {
  const a = patchify(picture(4, 4, 1), 2);
  t.throws(() => packPatches([a, patchify(picture(4, 4, 1), 4)], 10), { name: 'RangeError', message: /patches of 12 and of 48 values/ });
  t.throws(() => packPatches([a, { ...a, data: Float32Array.from(a.data) }], 10), { name: 'RangeError' });
});
