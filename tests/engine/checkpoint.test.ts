import test from 'ava';
import { makeCheckpoint, mergeCheckpoints, openCheckpoint, type Checkpoint } from '../../engine/checkpoint.js';
import { parseCursor } from '../../engine/cursor.js';
import { FingerprintError, UsageError } from '../../engine/errors.js';
import type { Fingerprint } from '../../engine/fingerprint.js';

const fingerprint: Fingerprint = { digest: 'abc', lines: { seed: '1', 'stage 1 crop': 'v1 {"side":224}' } };
const cursors = [parseCursor([[0, 1, 512]]), parseCursor([[2, 3, 4], ['shuffle', 5, 6]])];
const checkpoint = () => JSON.parse(JSON.stringify(makeCheckpoint({ step: 7, seed: 1, fingerprint, cursors, lineage: [3] })));

test('made, through JSON text, opened: the same step, seed and cursors; the lineage grows', (t) => {
  t.deepEqual(openCheckpoint(checkpoint(), fingerprint), { step: 7, seed: 1, firstLane: 0, cursors, lineage: [3, 7] });
});

test('a checkpoint is plain and small', (t) => {
  t.deepEqual(checkpoint(), { version: 1, step: 7, seed: 1, lanes: 2, firstLane: 0, fingerprint, lineage: [3], cursors: [[[0, 1, 512]], [[2, 3, 4], ['shuffle', 5, 6]]] });
});

test('another fingerprint is refused with the difference', (t) => {
  const now: Fingerprint = { digest: 'abd', lines: { ...fingerprint.lines, 'stage 1 crop': 'v1 {"side":256}' } };
  const error = t.throws(() => openCheckpoint(checkpoint(), now), { instanceOf: FingerprintError });
  t.is(error?.message, 'the checkpoint was made by another recipe:\n  stage 1 crop: was v1 {"side":224}, is now v1 {"side":256}');
});

test('garbage is refused in words', (t) => {
  const garbage: unknown[] = [null, undefined, 7, 'text', [], {}, { version: 2 }, { ...checkpoint(), version: '1' }];
  for (const json of garbage) t.throws(() => openCheckpoint(json, fingerprint), { instanceOf: UsageError, message: /^not a checkpoint of version 1: / }, JSON.stringify(json));
  const damaged: object[] = [
    { step: undefined }, { step: '7' }, { step: -1 }, { firstLane: -1 }, { seed: null }, { lanes: 1 }, { firstLane: 1 }, { cursors: [] }, { cursors: 'x' }, { lineage: 3 },
    { fingerprint: undefined }, { fingerprint: null }, { fingerprint: {} }, { fingerprint: { digest: 'abc' } }, { fingerprint: { digest: 'x', lines: null } },
    { cursors: [null, [[0, 0, 0]]] }, { cursors: [[], [[0, 0, 0]]] }, { cursors: [[[0, 0, 0], ['shuffle']], [[0, 0, 0]]] }, { cursors: [[[0, 0, 0], 'shuffle'], [[0, 0, 0]]] },
  ];
  for (const change of damaged) {
    t.throws(() => openCheckpoint({ ...checkpoint(), ...change }, fingerprint), { instanceOf: UsageError, message: /^a damaged checkpoint: / }, JSON.stringify(change));
  }
});

const part = (firstLane: number, count: number, more: Partial<Checkpoint> = {}): Checkpoint => ({
  ...makeCheckpoint({ step: 7, seed: 1, fingerprint, lanes: 8, firstLane, cursors: Array.from({ length: count }, (_, index) => parseCursor([[firstLane + index, 0, 0]])) }),
  ...more,
});

test('the parts of all ranks become one checkpoint, in whatever order they come', (t) => {
  const whole = mergeCheckpoints([part(4, 4), part(0, 2), part(2, 2)]);
  t.deepEqual(whole, part(0, 8));
  t.deepEqual(mergeCheckpoints([whole]), whole);
});

test('missing lanes are named, and lanes that stand twice', (t) => {
  const message = (parts: Checkpoint[]): string | undefined => t.throws(() => mergeCheckpoints(parts), { name: 'UsageError' })?.message;
  t.is(message([]), 'no checkpoint here');
  t.is(message([part(0, 2), part(4, 4)]), 'the checkpoint of step 7 lacks lanes 2 to 3');
  t.is(message([part(0, 2), part(3, 5)]), 'the checkpoint of step 7 lacks lane 2');
  t.is(message([part(2, 6)]), 'the checkpoint of step 7 lacks lanes 0 to 1');
  t.is(message([part(0, 7)]), 'the checkpoint of step 7 lacks lane 7');
  t.is(message([part(0, 4), part(2, 6)]), 'the checkpoint of step 7 has lanes 2 to 3 twice');
  t.is(message([part(0, 4), part(4, 4, { step: 8 })]), 'the parts of this checkpoint are not of one step: 7 and 8');
  t.is(message([part(0, 4, { step: 8 }), part(4, 4)]), 'the parts of this checkpoint are not of one step: 7 and 8');
  t.regex(message([part(0, 4), part(4, 4, { fingerprint: { digest: 'x', lines: { ...fingerprint.lines, seed: '2' } } })]) as string, /^the parts of this checkpoint are not of one run:\n {2}seed: was 2, is now 1$/);
});

test('a part whose lanes have ended stands for every later step, never for an earlier one', (t) => {
  t.deepEqual(mergeCheckpoints([part(0, 4, { step: 9 }), part(4, 4, { ended: true })]), part(0, 8, { step: 9 }));
  t.deepEqual(mergeCheckpoints([part(0, 4, { step: 9, ended: true }), part(4, 4, { ended: true })]), part(0, 8, { step: 9, ended: true }));
  t.throws(() => mergeCheckpoints([part(0, 4, { step: 6 }), part(4, 4, { ended: true })]), { message: 'the parts of this checkpoint are not of one step: 6 and 7' });
});

test('the lineage keeps its newest 16 entries, so that a thousand resumes do not grow a checkpoint', (t) => {
  const { lineage } = makeCheckpoint({ step: 7, seed: 1, fingerprint, cursors, lineage: Array.from({ length: 1000 }, (_, index) => index) });
  t.deepEqual([lineage.length, lineage[0], lineage.at(-1)], [16, 984, 999]);
});
