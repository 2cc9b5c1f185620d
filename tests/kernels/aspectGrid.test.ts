import test from 'ava';
import { readFileSync } from 'node:fs';
import { aspectGrid, sideOf } from '../../kernels/aspectGrid.js';

interface Golden {
  readonly aspect_preserving: readonly { readonly wh: readonly [number, number]; readonly effective_resolution: number; readonly patch: number; readonly grid_rows_cols_floor: number[]; readonly grid_round: number[]; readonly grid_ceil: number[] }[];
  readonly resolution_from_u: { readonly examples: readonly { readonly u: number; readonly side: number; readonly area_mode_side: number }[] };
}
const { cases } = JSON.parse(readFileSync(new URL('../golden/big_vision/navit.json', import.meta.url), 'utf8')) as { cases: Golden };

test("grids of NaViT's aspect-preserving resize, by floor, round and ceil", (t) => {
  for (const { wh: [width, height], effective_resolution: side, patch, ...grids } of cases.aspect_preserving) {
    t.deepEqual([...aspectGrid(height, width, side, patch, 'floor')], grids.grid_rows_cols_floor, `${width} x ${height}`);
    t.deepEqual([...aspectGrid(height, width, side, patch, 'round')], grids.grid_round);
    t.deepEqual([...aspectGrid(height, width, side, patch, 'ceil')], grids.grid_ceil);
  }
});

test('sides of u by side and by area', (t) => {
  for (const { u, side, area_mode_side } of cases.resolution_from_u.examples) {
    t.is(sideOf(u, [64, 384], 'side'), side);
    t.true(Math.abs(sideOf(u, [64, 384], 'area') - area_mode_side) < 1e-9);
  }
});

test('a picture thinner than a patch has one row or column', (t) => {
  t.deepEqual(aspectGrid(10, 4000, 64, 16, 'floor'), [1, 80]);
  t.deepEqual(aspectGrid(4000, 10, 64, 16, 'round'), [80, 1]);
});
