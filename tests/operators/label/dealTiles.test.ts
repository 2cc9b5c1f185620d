import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { mapSample } from '../../../engine/mapSample.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import { originText, type Sample } from '../../../engine/sample.js';
import { dealTiles, type Tile } from '../../../operators/label/dealTiles.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';
import { through } from './boxed.js';

const numbered = (count: number): { readonly n: number }[] => Array.from({ length: count }, (_, n) => ({ n }));

test('each round has every kind of mosaic in its share; samples keep their order', async (t) => {
  const out = await through(numbered(3 * 43), dealTiles({ grids: [1, 2, 3], shares: [4, 3, 3], size: 840 }));
  t.deepEqual(out.map(({ n }) => n), numbered(3 * 43).map(({ n }) => n));
  const orders: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const tiles = out.slice(43 * round, 43 * (round + 1)).map(({ tile }) => tile);
    const grids = tiles.filter(({ place }) => place === 0).map(({ grid }) => grid);
    t.deepEqual(grids.toSorted(), [1, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
    for (const { grid, side } of tiles) t.is(side, 840 / grid);
    orders.push(grids.join(''));
  }
  t.is(new Set(orders).size, 3, 'in random order');
});

test('a mosaic is named by who stands first in it, and its places run row by row', async (t) => {
  const out = await through(numbered(5), dealTiles({ grids: [1, 2], size: 4 }));
  let first = '';
  let place = 0;
  for (const { tile, origin } of out) {
    if (tile.place === 0) [first, place] = [originText(origin), 0];
    t.is(originText(tile.first), first);
    t.is(tile.place, place);
    place += 1;
  }
});

test('what is left at the end gets smaller mosaics', async (t) => {
  const out = await through(numbered(3), dealTiles({ grids: [1, 2], size: 4 }));
  t.deepEqual(out.map(({ tile: { grid, place } }) => [grid, place]), [[1, 0], [1, 0], [1, 0]]);
  const without = await through(numbered(6), dealTiles({ grids: [2], size: 4 }));
  t.deepEqual(without.map(({ tile: { place } }) => place), [0, 1, 2, 3, 0, 1]);
});

test('of a mixture each mosaic is of one dataset, in random order; with enough rounds the shares are kept', async (t) => {
  const from = (dataset: string) => mapSample('from', ({ n, origin }: Sample & { readonly n: number }) => ({ origin: { ...origin, dataset: n % 3 === 0 ? 'b' : dataset } }));
  const tilesOf = async (sameDataset: boolean): Promise<{ readonly dataset: string; readonly tile: Tile }[]> => {
    const pipe = pipeline(memorySource(numbered(6 * 14)), from('a'), dealTiles({ grids: [1, 2, 3], size: 6, sameDataset, rounds: 6 }));
    return samplesOf<Sample & { readonly tile: Tile }>(await laneElements(pipe as Pipeline, { itinerary: wholeMemory(6 * 14) })).map(({ origin: { dataset }, tile }) => ({ dataset, tile }));
  };
  const apart = await tilesOf(true);
  for (const { dataset, tile } of apart) t.is(dataset, tile.first.dataset);
  const firsts = apart.filter(({ tile }) => tile.place === 0);
  t.true(firsts.some(({ dataset }, i) => dataset === 'b' && firsts[i + 1]?.dataset === 'a') && firsts.some(({ dataset }, i) => dataset === 'a' && firsts[i + 1]?.dataset === 'b'));
  for (const grid of [1, 2, 3]) t.is(firsts.filter(({ tile }) => tile.grid === grid).length, 6);
  t.true((await tilesOf(false)).some(({ dataset, tile }) => dataset !== tile.first.dataset));
});

test('resumes anywhere', async (t) => {
  t.true((await assertResumes(t, () => [dealTiles({ grids: [1, 2], shares: [2, 1], size: 4 })])) > 15);
  t.true((await assertResumes(t, () => [dealTiles({ grids: [1, 2], size: 4, sameDataset: false, rounds: 2 })])) > 15);
});

test('options are checked', (t) => {
  t.throws(() => dealTiles({ grids: [1, 3], size: 1000 }), { instanceOf: UsageError, message: 'dealTiles: `size` must be a multiple of every grid, got 1000 for 3' });
  t.throws(() => dealTiles({ grids: [1, 2], shares: [1], size: 4 }), { instanceOf: UsageError, message: /`shares` one for each, got 2 and 1/ });
  t.throws(() => dealTiles({ grids: [], size: 4 }), { instanceOf: UsageError });
  t.throws(() => dealTiles({ grids: [1.5], size: 3 }), { instanceOf: UsageError });
  t.throws(() => dealTiles({ grids: [1], shares: [0.4], size: 3 }), { instanceOf: UsageError });
});
