import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { COPY, makeShards, millrace } from '../helpers/cli.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-plan-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const plan = (...more: string[]) => millrace(['plan', COPY, '--in', `${root}/in/*.tar`, '--out', `${root}/out`, ...more]);

test.before(async () => {
  await makeShards(`${root}/in`, [3, 4, 5]);
});

test.afterEach((t) => {
  t.false(existsSync(`${root}/out`), 'nothing is written');
});

test('shows what would be read and written', async (t) => {
  const { code, out, err } = await plan();
  t.deepEqual([code, err], [0, '']);
  const [first, ...rest] = out.split('\n');
  t.regex(first as string, /^3 shards, [\d.]+ KiB to read, into .*\/out\/; fingerprint [0-9a-f]{12}$/);
  t.is(rest.length, 3);
  t.regex(rest[1] as string, /^ {2}.*in\/00001\.tar \([\d.]+ KiB\) -> 00001\.tar, 00001_stats\.json$/);
});

test('--json, --part and --limit', async (t) => {
  const whole = JSON.parse((await plan('--json')).out) as { shards: number; bytes: number; fingerprint: string; extents: { index: number }[] };
  t.is(whole.shards, 3);
  t.true(whole.bytes > 10_000);
  t.regex(whole.fingerprint, /^[0-9a-f]{64}$/);
  const part = JSON.parse((await plan('--json', '--part', '1/2')).out) as typeof whole;
  t.deepEqual(part.extents.map((extent) => extent.index), [1]);
  t.is(part.fingerprint, whole.fingerprint, 'a part is the same work');
  t.regex((await plan('--limit', '5')).out, /^2 shards[^\n]*\n.*\n {2}.*00001\.tar \([^)]*, records 0 to 1 of it\)/);
  t.is((await plan('--workers', '7', '--max-in-flight-bytes', '2G', '--json')).out, (await plan('--json')).out, 'workers and budget do not matter');
  t.not((JSON.parse((await plan('--json', '--seed', '1')).out) as typeof whole).fingerprint, whole.fingerprint);
});

test('usage errors are those of run', async (t) => {
  for (const [more, message] of [
    [['--seed', 'x'], /--seed must be/],
    [['--part', '9'], /--part must be/],
    [['--on-bad-sample', 'stop'], /unknown option '--on-bad-sample'/],
    [['--in', `${root}/none/*.tar`], /no object matches/],
  ] as [string[], RegExp][]) {
    const { code, out, err } = await plan(...more);
    t.deepEqual([code, out], [2, '']);
    t.regex(err, message);
    t.is(err.split('\n').length, 1);
  }
});
