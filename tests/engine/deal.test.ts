import test from 'ava';
import { deal, onlyExtent } from '../../engine/deal.js';
import type { Extent, Visit } from '../../engine/source.js';

const extentsOf = (count: number): Extent[] => Array.from({ length: count }, (_, index) => ({ index, shard: `s${index}`, bytes: 0, etag: '' }));

/** What each lane reads, in order. */
function dealt(count: number, lanes: number, seed: number, epochs: number, permute = true): Visit[][] {
  const itinerary = deal(extentsOf(count), { lanes, seed, epochs, permute });
  return Array.from({ length: lanes }, (_, lane) => {
    const visits: Visit[] = [];
    for (let turn = 0, visit = itinerary(lane)(0); visit !== undefined; turn += 1, visit = itinerary(lane)(turn)) visits.push(visit);
    return visits;
  });
}

test('every extent is dealt once in every epoch, to any number of lanes', (t) => {
  for (const count of [1, 2, 5, 16, 37]) {
    for (let lanes = 1; lanes <= count; lanes += count > 16 ? 5 : 1) {
      for (const permute of [true, false]) {
        const visits = dealt(count, lanes, 3, 4, permute).flat();
        const times = new Map<string, number>();
        for (const { extent, epoch } of visits) times.set(`${epoch} ${extent.index}`, (times.get(`${epoch} ${extent.index}`) ?? 0) + 1);
        t.is(visits.length, 4 * count);
        t.is(times.size, 4 * count, `${count} extents to ${lanes} lanes`);
      }
    }
  }
});

test('lanes get the same number of extents, but for one, and their epochs never fall', (t) => {
  for (const [count, lanes] of [[5, 4], [7, 3], [16, 16], [17, 16]] as const) {
    const byLane = dealt(count, lanes, 9, 3);
    const lengths = byLane.map(({ length }) => length);
    t.true(Math.max(...lengths) - Math.min(...lengths) <= 1, `${count} to ${lanes}: ${lengths.join(' ')}`);
    for (const visits of byLane) t.deepEqual(visits.map(({ epoch }) => epoch), visits.map(({ epoch }) => epoch).toSorted());
  }
});

test('the order is of (seed, epoch) alone: the same for any lanes, other for another epoch or seed', (t) => {
  const row = (lanes: number, seed: number): number[] => {
    const byLane = dealt(12, lanes, seed, 2);
    return Array.from({ length: 24 }, (_, place) => byLane[place % lanes]?.[Math.floor(place / lanes)]?.extent.index ?? -1);
  };
  t.deepEqual(row(1, 5), row(4, 5));
  t.deepEqual(row(1, 5), row(12, 5));
  t.notDeepEqual(row(1, 5).slice(0, 12), row(1, 5).slice(12));
  t.notDeepEqual(row(1, 5), row(1, 6));
  t.deepEqual(dealt(3, 1, 5, 1, false).flat().map(({ extent }) => extent.index), [0, 1, 2]);
});

test('fewer extents than lanes are refused', (t) => {
  t.throws(() => deal(extentsOf(3), { lanes: 4, seed: 0 }), { name: 'UsageError', message: '3 extents cannot feed 4 lanes: give the run at most 3 lanes, or cut the input into more shards' });
});

test('a lane of a generation run reads its extent, once', (t) => {
  const [extent] = extentsOf(1) as [Extent];
  t.deepEqual([0, 1].map(onlyExtent(extent)), [{ extent, epoch: 0 }, undefined]);
});
