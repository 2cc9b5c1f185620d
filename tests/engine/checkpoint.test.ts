import test from 'ava';
import { makeCheckpoint, openCheckpoint } from '../../engine/checkpoint.js';
import { parseCursor } from '../../engine/cursor.js';
import { FingerprintError, UsageError } from '../../engine/errors.js';
import type { Fingerprint } from '../../engine/fingerprint.js';

const fingerprint: Fingerprint = { digest: 'abc', lines: { seed: '1', 'stage 1 crop': 'v1 {"side":224}' } };
const cursors = [parseCursor([[0, 1, 512]]), parseCursor([[2, 3, 4], ['shuffle', 5, 6]])];
const checkpoint = () => JSON.parse(JSON.stringify(makeCheckpoint({ step: 7, seed: 1, fingerprint, cursors, lineage: [3] })));

test('made, through JSON text, opened: the same step, seed and cursors; the lineage grows', (t) => {
  t.deepEqual(openCheckpoint(checkpoint(), fingerprint), { step: 7, seed: 1, cursors, lineage: [3, 7] });
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
    { step: undefined }, { step: '7' }, { seed: null }, { lanes: 1 }, { firstLane: 1 }, { cursors: [] }, { cursors: 'x' }, { lineage: 3 },
    { fingerprint: undefined }, { fingerprint: null }, { fingerprint: {} }, { fingerprint: { digest: 'abc' } }, { fingerprint: { digest: 'x', lines: null } },
    { cursors: [null, [[0, 0, 0]]] }, { cursors: [[], [[0, 0, 0]]] }, { cursors: [[[0, 0, 0], ['shuffle']], [[0, 0, 0]]] }, { cursors: [[[0, 0, 0], 'shuffle'], [[0, 0, 0]]] },
  ];
  for (const change of damaged) {
    t.throws(() => openCheckpoint({ ...checkpoint(), ...change }, fingerprint), { instanceOf: UsageError, message: /^a damaged checkpoint: / }, JSON.stringify(change));
  }
});
