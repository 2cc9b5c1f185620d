import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { makeShards, millrace } from '../helpers/cli.js';
import { fileURLToPath } from 'node:url';

const EVERYTHING = fileURLToPath(new URL('../helpers/recipes/everything.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'millrace-index-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const ending = '.millrace-index';
const order = (...more: string[]) => millrace(['order', EVERYTHING, '--in', `${root}/stream/*.tar`, '--more', `${root}/more/*.tar`, '--steps', '3', '--json', ...more]);

test.before(async () => {
  await makeShards(`${root}/in`, [3, 4]);
  await makeShards(`${root}/stream`, [60, 70, 80]);
  await makeShards(`${root}/more`, [90]);
});

test.serial('writes an index beside each shard, once', async (t) => {
  const first = await millrace(['index', `${root}/in/*.tar`, '--json']);
  t.is(first.code, 0, first.err);
  t.deepEqual(first.out.trim().split('\n').map((line) => (({ records, written }) => [records, written])(JSON.parse(line) as { records: number; written: boolean })), [[3, true], [4, true]]);
  const file = `${root}/in/00000.tar${ending}`;
  t.is(statSync(file).size, 32 + 3 * 16);
  utimesSync(file, 1, 1);
  t.regex((await millrace(['index', `${root}/in/*.tar`])).out, /00000\.tar: 3 records in .*, indexed before/);
  t.is(statSync(file).mtimeMs, 1000, 'untouched');
  const again = await millrace(['index', `${root}/in/*`, '--force']);
  t.is(again.code, 0, again.err);
  t.not(statSync(file).mtimeMs, 1000);
  t.is(again.out.trim().split('\n').length, 2, 'indexes are not indexed');
});

test.serial('a compressed shard is refused with its reason, the others are indexed', async (t) => {
  writeFileSync(`${root}/in/packed.tar.gz`, gzipSync(readFileSync(`${root}/in/00000.tar`)));
  const { code, out, err } = await millrace(['index', `${root}/in/{packed.tar.gz,00001.tar}`, '--force']);
  t.is(code, 1);
  t.regex(err, /packed\.tar\.gz: not indexed: it is compressed with gzip/);
  t.regex(out, /00001\.tar: 4 records/);
});

test.serial('missing shards are a usage error', async (t) => {
  const { code, err } = await millrace(['index', `${root}/nothing/*.tar`]);
  t.is(code, 2);
  t.regex(err, /no object matches/);
});

test.serial('a checkpoint of before the index is refused, and the difference says why', async (t) => {
  const before = await order('--checkpoint', `${root}/checkpoint`);
  t.is(before.code, 0, before.err);
  t.is((await millrace(['index', `${root}/stream/*.tar`])).code, 0);
  const refused = await order('--from', `${root}/checkpoint`);
  t.is(refused.code, 2);
  t.regex(refused.err, /extents: was .*, 0 of them by an index, is now .*, \d+ of them by an index/);
  const ranks = await Promise.all(['0', '1', '2', '3'].map((rank) => order('--world-size', '4', '--rank', rank)));
  const steps = ranks.map(({ out }) => out.trim().split('\n').map((line) => (JSON.parse(line) as { keys: string[] }).keys));
  const one = (await order()).out.trim().split('\n').map((line) => (JSON.parse(line) as { keys: string[] }).keys);
  t.deepEqual(one.map((_, step) => steps.flatMap((rank) => rank[step] ?? [])), one, 'the same steps on one rank and on four');
});
