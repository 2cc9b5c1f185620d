import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { loadCheckpoint, saveCheckpoint } from '../../cli/checkpointFiles.js';
import { makeCheckpoint, type Checkpoint, type MakeCheckpoint } from '../../engine/checkpoint.js';
import { parseCursor } from '../../engine/cursor.js';
import { millrace } from '../helpers/cli.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-checkpoint-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));

const fingerprint = { digest: 'abcdef0123456789', lines: { seed: '1', 'stage 1 shuffle': 'v1 {"window":8}' } };
const part = (step: number, firstLane: number, count: number, more: Partial<MakeCheckpoint> = {}): Checkpoint =>
  makeCheckpoint({ step, seed: 1, fingerprint, lanes: 4, firstLane, cursors: Array.from({ length: count }, (_, lane) => parseCursor([[step, firstLane + lane, 0], ['shuffle', 2, 99]])), ...more });

test('show: step, lanes, seed, size, fingerprint, and where each lane stands', async (t) => {
  const file = await saveCheckpoint(`${root}/show`, part(7, 0, 4, { lineage: [2, 5] }));
  for (const path of [file, `${root}/show`]) {
    const { code, out } = await millrace(['checkpoint', 'show', path]);
    t.is(code, 0);
    const [first, ...rest] = out.split('\n');
    t.regex(first as string, /^step 7, 4 lanes, seed 1, \d+ bytes; fingerprint abcdef012345; resumed at 2, 5$/);
    t.deepEqual(rest.slice(0, 3), ['  seed: 1', '  stage 1 shuffle: v1 {"window":8}', '  lane 0: source at [7,0,0], 2 outputs into a window of shuffle']);
  }
  t.is((JSON.parse((await millrace(['checkpoint', 'show', file, '--json'])).out) as Checkpoint).step, 7);
});

test('show names the lanes that are missing', async (t) => {
  const file = await saveCheckpoint(`${root}/part`, part(7, 1, 2));
  for (const path of [file, `${root}/part`]) {
    const { code, err } = await millrace(['checkpoint', 'show', path]);
    t.is(code, 2);
    t.is(err, 'millrace: the checkpoint of step 7 lacks lane 0');
  }
});

test('when no step is whole, the latest says what it lacks', async (t) => {
  await saveCheckpoint(`${root}/none`, part(3, 2, 2));
  await saveCheckpoint(`${root}/none`, part(4, 0, 2));
  await t.throwsAsync(loadCheckpoint(`${root}/none`), { name: 'UsageError', message: 'the checkpoint of step 4 lacks lanes 2 to 3' });
});

test('diff: equal is exit code 0; otherwise 1, with what differs', async (t) => {
  const a = await saveCheckpoint(`${root}/a`, part(7, 0, 4));
  const b = await saveCheckpoint(`${root}/b`, part(8, 0, 4, { fingerprint: { digest: 'x', lines: { ...fingerprint.lines, seed: '2' } } }));
  t.deepEqual(await millrace(['checkpoint', 'diff', a, a]), { code: 0, out: 'equal', err: '' });
  const { code, out } = await millrace(['checkpoint', 'diff', a, b]);
  t.is(code, 1);
  t.deepEqual(out.split('\n').slice(0, 3), ['step: 7 and 8', 'seed: was 1, is now 2', 'lane 0: [[7,0,0],["shuffle",2,99]] and [[8,0,0],["shuffle",2,99]]']);
  t.false((JSON.parse((await millrace(['checkpoint', 'diff', a, b, '--json'])).out) as { equal: boolean }).equal);
});

test('what is no checkpoint is refused with its name', async (t) => {
  for (const [text, message] of [['{', /JSON/], ['[]', /not a checkpoint of version 1/], [JSON.stringify({ ...part(1, 0, 4), cursors: [] }), /a damaged checkpoint/]] as const) {
    await writeFile(`${root}/bad.json`, text);
    const { code, err } = await millrace(['checkpoint', 'show', `${root}/bad.json`]);
    t.is(code, 2);
    t.regex(err, message);
    t.regex(err, /bad\.json: /);
  }
  t.is((await millrace(['checkpoint', 'show'])).code, 2);
  t.regex((await millrace(['checkpoint', 'look', root])).err, /checkpoint show takes one path, checkpoint diff two; got look and 1/);
  t.is((await millrace(['checkpoint', 'diff', root])).code, 2);
});
