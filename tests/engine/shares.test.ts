import test from 'ava';
import { array, assert, integer, property, tuple } from 'fast-check';
import { Shares } from '../../engine/shares.js';

/** Parts of records: `parts` of 1 / parts each make a whole. */
const parts = array(tuple(integer({ min: 0, max: 200 }), integer({ min: 1, max: 6 })), { maxLength: 60 });

test('it adds up as a plain map does, and is the same after it was saved and read', (t) => {
  assert(
    property(parts, parts, (one, two) => {
      const plain = new Map<number, number>();
      const [left, right] = [new Shares(), new Shares()];
      for (const [shares, list] of [[left, one], [right, two]] as const) {
        for (const [record, of] of list) {
          shares.add(record, 1 / of);
          plain.set(record, (plain.get(record) ?? 0) + 1 / of);
        }
      }
      const sum = new Shares();
      for (const saved of [left, right]) sum.addSaved(JSON.parse(JSON.stringify(saved.save())) as ReturnType<Shares['save']>);
      t.deepEqual([...sum].map(([record]) => record).toSorted((a, b) => a - b), [...plain.keys()].toSorted((a, b) => a - b));
      for (const [record, share] of plain) t.true(Math.abs(sum.of(record) - share) < 1e-8, `record ${record}: ${sum.of(record)}, not ${share}`);
      t.is(sum.even, [...plain.values()].every((share) => Math.abs(share - 1) < 1e-8));
    }),
  );
});

test('six sixths are exactly a whole, and a thousand whole records are a bitmap', (t) => {
  const shares = new Shares();
  for (let n = 0; n < 6; n += 1) shares.add(3, 1 / 6);
  t.is(shares.of(3), 1);
  for (let record = 4; record < 1004; record += 1) shares.add(record, 1);
  t.true(JSON.stringify(shares.save()).length < 250);
  t.deepEqual([...shares.bitmap(12)], [0b1111_1000, 0b1111]);
});
