import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { captionShard } from '../helpers/captions.js';
import { millrace } from '../helpers/cli.js';

const RECIPE = fileURLToPath(new URL('../helpers/recipes/everything.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'millrace-why-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const INPUT = [RECIPE, '--in', `${root}/web/*.tar`, '--more', `${root}/more/*.tar`];

interface Where {
  readonly shard: string;
  readonly record: number;
  readonly byte: number;
  readonly epoch: number;
}
interface Line {
  readonly step: number;
  readonly lane: number;
  readonly key: string;
  readonly origin: Where;
  readonly members?: readonly Where[];
}
const linesOf = <T>(out: string): T[] => out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);

test.before(async () => {
  for (const [name, counts] of [['web', [40, 21, 33, 18]], ['more', [27, 35]]] as const) {
    await mkdir(`${root}/${name}`);
    for (const [index, records] of counts.entries()) await writeFile(`${root}/${name}/${index}.tar`, captionShard(name.length * 100 + index, records));
  }
});

test('the samples of a step are those of order, and each byte is where its record starts in its shard', async (t) => {
  const order = linesOf<{ keys: string[] }>((await millrace(['order', ...INPUT, '--steps', '4', '--json'])).out);
  const { out, code } = await millrace(['why', ...INPUT, '--step', '3', '--json']);
  t.is(code, 0);
  const lines = linesOf<Line>(out);
  t.deepEqual(lines.map(({ key }) => key), order[3]?.keys);
  t.deepEqual(new Set(lines.map(({ lane }) => lane)).size, 16);
  for (const { origin, members, step } of lines) {
    t.is(step, 3);
    for (const { shard, byte, record } of members ?? [origin]) {
      const name = readFileSync(shard.replace('file://', '')).subarray(byte, byte + 100).toString().replace(/\0.*$/s, '');
      t.regex(name, /\.txt$/, `${shard}#${record} at ${byte}`);
    }
  }
  t.true(lines.some(({ members }) => (members?.length ?? 0) > 1), 'a packed sample names all its members');
});

test('from a checkpoint it is the same, and an older step asks for an older checkpoint', async (t) => {
  const whole = await millrace(['why', ...INPUT, '--step', '3']);
  const folder = `${root}/checkpoints`;
  await millrace(['order', ...INPUT, '--steps', '2', '--checkpoint', folder]);
  t.deepEqual((await millrace(['why', ...INPUT, '--step', '3', '--from', folder])).out, whole.out);
  t.regex(whole.out, /^lane 0 .*epoch \d+$/ms);
  const { code, err } = await millrace(['why', ...INPUT, '--step', '1', '--from', folder]);
  t.is(code, 2);
  t.regex(err, /--from is at step 2, after step 1/);
});

test('a step that does not exist, and none at all, are said', async (t) => {
  const late = await millrace(['why', ...INPUT, '--epochs', '1', '--step', '9999']);
  t.is(late.code, 2);
  t.regex(late.err, /there is no step 9999: the stream ends before it/);
  const none = await millrace(['why', ...INPUT]);
  t.is(none.code, 2);
  t.regex(none.err, /--step is missing/);
});
