import test from 'ava';
import * as fc from 'fast-check';
import { dropOrigin, elementShares, Ledger, membersOf, originExpansion, originHash, originShare, Plan } from '../../engine/account.js';
import { tombstone, type ChildPlace, type Element, type Origin, type Sample } from '../../engine/sample.js';
import { hex128 } from '../../kernels/hash.js';

const originOf = (record: number, path: readonly ChildPlace[] = []): Origin => ({ dataset: 'test', shard: 's', record, pass: 0, path });
const sampleAt = (record: number, path: readonly ChildPlace[] = []): Sample => ({ key: `k${record}`, origin: originOf(record, path), cursor: { kind: 'source', position: null } });
const filteredAt = (record: number) => tombstone(sampleAt(record), { stage: 'keep', reason: 'wide', kind: 'filtered' });
const refusedAt = (record: number) => tombstone(sampleAt(record), { stage: 'decode', reason: 'image-truncated', kind: 'quarantined' });

/** A record that was expanded, its children too, and so on: a leaf is an empty list. */
type Tree = readonly Tree[];
const trees = fc.letrec<{ tree: Tree; node: Tree }>((tie) => ({
  node: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
  tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant<Tree>([]), tie('node')),
})).tree;
const leaves = (tree: Tree, path: readonly ChildPlace[] = []): (readonly ChildPlace[])[] =>
  tree.length === 0 ? [path] : tree.flatMap((child, index) => leaves(child, [...path, { index, of: tree.length }]));

test('over any expansion tree the shares add up to 1 and the expansions to leaves - 1', (t) => {
  fc.assert(
    fc.property(trees, (tree) => {
      const origins = leaves(tree).map((path) => originOf(0, path));
      const shares = origins.reduce((sum, origin) => sum + originShare(origin), 0);
      return Math.abs(shares - 1) < 1e-9 && origins.reduce((sum, origin) => sum + originExpansion(origin), 0) === origins.length - 1;
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('a ledger of any expansion trees, each leaf delivered, filtered or refused: complete, and conserved', (t) => {
  fc.assert(
    fc.property(fc.array(trees, { maxLength: 6 }), fc.infiniteStream(fc.nat(2)), (records, fates) => {
      const ledger = new Ledger();
      for (const [record, tree] of records.entries()) {
        for (const path of leaves(tree)) {
          const fate = fates.next().value as number;
          const sample = sampleAt(record, path);
          ledger.add(fate === 0 ? sample : tombstone(sample, { stage: 's', reason: 'r', kind: fate === 1 ? 'filtered' : 'quarantined' }));
        }
      }
      const { delivered, filtered, quarantined, expanded, remainder } = ledger.counts;
      const { missing, duplicates } = ledger.judge(records.length);
      return records.length + expanded === delivered + filtered + quarantined + remainder && missing.length === 0 && duplicates.length === 0;
    }),
    { numRuns: 200 },
  );
  t.pass();
});

const ledgerOf = (...elements: Element[]): Ledger => {
  const ledger = new Ledger();
  for (const element of elements) ledger.add(element);
  return ledger;
};

test('judge finds one missing, one doubled, one beyond the plan', (t) => {
  const whole = [sampleAt(0), filteredAt(1), refusedAt(2), sampleAt(3)];
  t.deepEqual(ledgerOf(...whole).judge(4), { missing: [], duplicates: [] });
  t.deepEqual(ledgerOf(...whole.toSpliced(1, 1)).judge(4), { missing: [1], duplicates: [] });
  t.deepEqual(ledgerOf(...whole, sampleAt(2)).judge(4), { missing: [], duplicates: [2] });
  t.deepEqual(ledgerOf(...whole, sampleAt(4)).judge(4), { missing: [], duplicates: [4] });
  t.deepEqual(ledgerOf(...whole.toSpliced(0, 1), sampleAt(3)).judge(4), { missing: [0], duplicates: [3] }, 'although the number is right');
});

test('judge finds a missing and a doubled child', (t) => {
  const thirds = [0, 1, 2].map((index) => sampleAt(0, [{ index, of: 3 }]));
  t.deepEqual(ledgerOf(...thirds).judge(1), { missing: [], duplicates: [] });
  t.deepEqual(ledgerOf(...thirds.slice(1)).judge(1), { missing: [0], duplicates: [] });
  t.deepEqual(ledgerOf(...thirds, thirds[0] as Sample).judge(1), { missing: [], duplicates: [0] });
});

test('members are accounted for, not the sample that carries them', (t) => {
  const pack = { ...sampleAt(0), members: [originOf(0), originOf(1), originOf(2)] };
  const ledger = ledgerOf(pack);
  t.is(ledger.counts.delivered, 3);
  t.deepEqual(ledger.judge(3), { missing: [], duplicates: [] });
  t.is(membersOf(sampleAt(5)).length, 1);
});

test('a drop of many covers consecutive records', (t) => {
  const drop = { stage: 'keep', reason: 'wide', kind: 'filtered', origin: originOf(2), key: 'k2', count: 3 } as const;
  const many: Element = { origin: originOf(4), cursor: { kind: 'source', position: null }, dropped: [drop] };
  const ledger = ledgerOf(many, sampleAt(0), sampleAt(1));
  t.deepEqual(ledger.judge(5), { missing: [], duplicates: [] });
  t.like(ledger.counts, { filtered: 3, delivered: 2 });
  t.deepEqual([...ledger.reasons], [['keep: wide', 3]]);
  t.deepEqual(elementShares(many).map(([{ record }, share]) => [record, share]), [[2, 1], [3, 1], [4, 1]]);
  t.is(dropOrigin(drop, 2).record, 4);
});

test('the bitmap has record 0 in the lowest bit of the first byte, and complete records only', (t) => {
  const ledger = ledgerOf(sampleAt(0), filteredAt(3), sampleAt(9), sampleAt(1, [{ index: 0, of: 2 }]), sampleAt(77));
  t.deepEqual([...Buffer.from(ledger.bitmap(10), 'base64')], [0b0000_1001, 0b0000_0010]);
  t.is(new Ledger().bitmap(0), '');
});

test('the hash does not depend on the order, only on who; it equals the plan if everyone came out as read', (t) => {
  const records = Array.from({ length: 40 }, (_, record) => record);
  const plan = new Plan();
  for (const record of records) plan.add(originOf(record));
  t.is(plan.records, 40);
  fc.assert(
    fc.property(fc.shuffledSubarray(records, { minLength: 40 }), (order) =>
      ledgerOf(...order.map((record) => (record % 3 === 0 ? filteredAt(record) : sampleAt(record)))).hash === plan.hash,
    ),
    { numRuns: 20 },
  );
  t.not(ledgerOf(...records.slice(1).map((record) => sampleAt(record))).hash, plan.hash);
  t.not(ledgerOf(...[...records.slice(1), 41].map((record) => sampleAt(record))).hash, plan.hash);
  t.is(new Ledger().hash, '0'.repeat(32));
});

test('every part of an origin is in its hash', (t) => {
  const base = originOf(1);
  const others = [{ dataset: 'x' }, { shard: 'x' }, { record: 2 }, { pass: 1 }, { path: [{ index: 0, of: 1 }] }, { path: [{ index: 0, of: 2 }] }, { path: [{ index: 1, of: 2 }] }];
  const hashes = [base, ...others.map((other) => ({ ...base, ...other }))].map((origin) => hex128(originHash(origin)));
  t.is(new Set(hashes).size, hashes.length);
});
