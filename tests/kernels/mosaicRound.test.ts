import test from 'ava';
import { array, assert, integer, nat, property } from 'fast-check';
import golden from '../golden/owl/mosaic_schedule.json' with { type: 'json' };
import { dealRound, picturesOfRound } from '../../kernels/mosaicRound.js';

test('pictures a mosaic, as the papers have it', (t) => {
  const { self_training: selfTraining, fine_tune_v1_config: config, paper_v1_text_recalled: text } = golden.cases;
  t.is(picturesOfRound(selfTraining.sizes, [1, 1, 1, 1, 1]) / 5, selfTraining.expected_raw_per_example);
  t.is(picturesOfRound(config.sizes, [4, 3, 3]) / 10, config.expected);
  t.true(Math.abs(picturesOfRound([1, 2, 3], [50, 33, 17]) / 100 - text.expected) < 0.01);
  for (const tiles of [selfTraining.tile_px, config.tile_px]) for (const [size, byGrid] of Object.entries(tiles)) for (const [grid, side] of Object.entries(byGrid)) t.is(Number(size) / Number(grid), side);
});

test('a whole round is the grids in their order, every place once', (t) => {
  t.deepEqual(
    dealRound(6, [1, 2, 1]).map(({ mosaic, grid, place }) => [mosaic, grid, place]),
    [[0, 1, 0], [1, 2, 0], [1, 2, 1], [1, 2, 2], [1, 2, 3], [2, 1, 0]],
  );
});

test('a short round: what fits, then the largest that are filled; only the smallest may have empty tiles', (t) => {
  t.deepEqual(dealRound(3, [2, 1]).map(({ grid }) => grid), [1, 1, 1]);
  t.deepEqual(dealRound(6, [3, 2]).map(({ mosaic, grid }) => [mosaic, grid]), [[0, 2], [0, 2], [0, 2], [0, 2], [1, 2], [1, 2]]);
});

test('every picture gets a place of its own, whatever the count', (t) => {
  assert(
    property(nat(150), array(integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }), (count, grids) => {
      const places = dealRound(count, grids);
      t.is(places.length, count);
      const groups = byMosaic(places);
      const short = [...groups.values()].filter((tiles) => tiles.length < tiles[0]!.grid ** 2);
      for (const tiles of groups.values()) tiles.forEach(({ place, grid }, i) => t.true(place === i && grid === tiles[0]!.grid && grids.includes(grid)));
      t.true(short.length <= 1 && short.every((tiles) => tiles[0]!.grid === Math.min(...grids)));
    }),
  );
});

function byMosaic(places: ReturnType<typeof dealRound>): Map<number, ReturnType<typeof dealRound>> {
  const groups = new Map<number, ReturnType<typeof dealRound>>();
  for (const tile of places) groups.set(tile.mosaic, [...(groups.get(tile.mosaic) ?? []), tile]);
  return groups;
}
