import test from 'ava';
import { elementBytes, extendTombstone, isTombstone, mergeTombstones, openTombstone, originLabel, originText, tombstone, type Drop, type Origin, type Sample, type Tombstone } from '../../engine/sample.js';

const originOf = (changes: Partial<Origin> = {}): Origin => ({ dataset: 'd', shard: 's', record: 0, pass: 0, path: [], ...changes });
const sampleOf = (changes: Partial<Origin> = {}): Sample => {
  const origin = originOf(changes);
  return { key: `k${origin.record}`, origin, cursor: { kind: 'source', position: origin.record } };
};
const dropped = (changes: Partial<Origin> = {}, drop: Partial<Drop> = {}): Tombstone => tombstone(sampleOf(changes), { stage: 'keep', reason: 'wide', kind: 'filtered', ...drop });
const merged = (...tombstones: readonly Tombstone[]): Tombstone => tombstones.reduce(mergeTombstones);

test('adjacent filtered records of one shard, stage and reason become one drop; the later cursor counts', (t) => {
  const result = merged(dropped({ record: 3 }), dropped({ record: 4 }), dropped({ record: 5 }));
  t.deepEqual(result, { origin: originOf({ record: 5 }), cursor: { kind: 'source', position: 5 }, dropped: [{ stage: 'keep', reason: 'wide', kind: 'filtered', origin: originOf({ record: 3 }), key: 'k3', count: 3 }] });
});

test('merging merged ones adds their counts', (t) => {
  const [left, right] = [merged(dropped({ record: 0 }), dropped({ record: 1 })), merged(dropped({ record: 2 }), dropped({ record: 3 }), dropped({ record: 5 }))];
  t.deepEqual(merged(left, right).dropped.map(({ origin, count }) => [origin.record, count]), [[0, 4], [5, 1]]);
});

test('what is not adjacent stays apart', (t) => {
  const second: readonly (readonly [string, Tombstone])[] = [
    ['a gap', dropped({ record: 2 })],
    ['backwards', dropped({ record: 0 })],
    ['another shard', dropped({ record: 1, shard: 'x' })],
    ['another dataset', dropped({ record: 1, dataset: 'x' })],
    ['another pass', dropped({ record: 1, pass: 1 })],
    ['another stage', dropped({ record: 1 }, { stage: 'other' })],
    ['another reason', dropped({ record: 1 }, { reason: 'tall' })],
    ['quarantined: each has its own message', dropped({ record: 1 }, { kind: 'quarantined' })],
    ['a child', dropped({ record: 1, path: [{ index: 0, of: 2 }] })],
  ];
  for (const [what, later] of second) {
    const result = mergeTombstones(dropped({ record: 0 }), later);
    t.is(result.dropped.length, 2, what);
    t.is(result.cursor, later.cursor, what);
  }
  const refused = (record: number): Tombstone => dropped({ record }, { kind: 'quarantined' });
  t.is(merged(refused(0), refused(1)).dropped.length, 2);
});

test('a queue extends its own tombstone in place, to the same as merging; what it was made of stays', (t) => {
  const row = [dropped({ record: 0 }), dropped({ record: 1 }), dropped({ record: 3 }), dropped({ record: 4 }, { kind: 'quarantined' }), dropped({ record: 5 })];
  const before = structuredClone(row);
  const open = openTombstone(row[0] as Tombstone);
  for (const later of row.slice(1)) extendTombstone(open, later);
  t.deepEqual(open as Tombstone, merged(...row));
  t.deepEqual(row, before);
});

test('nothing is changed in place', (t) => {
  const [a, b] = [dropped({ record: 0 }), dropped({ record: 1 })];
  const before = structuredClone([a, b]);
  mergeTombstones(a, b);
  t.deepEqual([a, b], before);
});

test('a dropped pack drops all its members', (t) => {
  const pack: Sample = { ...sampleOf({ record: 1 }), members: [originOf({ record: 1 }), originOf({ record: 4 })] };
  t.deepEqual(tombstone(pack, { stage: 's', reason: 'r', kind: 'filtered' }).dropped.map(({ origin, count }) => [origin.record, count]), [[1, 1], [4, 1]]);
  t.true(isTombstone(dropped()));
  t.false(isTombstone(pack));
});

test('origins as text and for people', (t) => {
  const origin = originOf({ shard: 'shards/00001.tar', record: 17, path: [{ index: 2, of: 3 }, { index: 0, of: 1 }] });
  t.is(originLabel(origin), 'shards/00001.tar#17_2_0');
  t.is(originText(origin), 'd\0shards/00001.tar\x0017\x000/2:3/0:1');
});

const bytes = (fields: object): number => elementBytes({ ...sampleOf(), ...fields });

test('elementBytes: typed arrays and strings by their length, numbers as 8, 64 a field; dropped samples nothing', (t) => {
  t.is(bytes({}), 0);
  t.is(bytes({ pixels: new Uint8Array(100) }), 64 + 100);
  t.is(bytes({ pixels: new Float32Array(100) }), 64 + 400);
  t.is(bytes({ text: 'seven77' }), 64 + 7);
  t.is(bytes({ score: 0.5, good: true, none: null }), 3 * (64 + 8));
  t.is(bytes({ image: { data: new Uint8Array(10), extension: 'jpg' } }), 64 + 10 + 3);
  t.is(bytes({ boxes: [[1, 2], [3, 4]] }), 64 + 32);
  t.is(bytes({ text: 'seven77', pixels: new Uint8Array(1) }), bytes({ text: 'seven77' }) + bytes({ pixels: new Uint8Array(1) }));
  t.is(elementBytes(dropped()), 0);
});
