/**
 * Through the command line on the shared shards: with mix, filter, a kernel, expand, shuffle, dedupe and a packing window,
 * the union over ranks of each global step is the same for every number of ranks and workers, and checkpoints of one world go on in another. Three epochs of the four
 * clean shards mixed with the dirty one.
 */
import test from 'ava';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { millrace, spawnMillrace } from '../helpers/cli.js';

const RECIPE = fileURLToPath(new URL('../helpers/recipes/everything.ts', import.meta.url));
const shards = resolve(process.env.MILLRACE_SHARED ?? '../shared', 'data', 'shards');
const root = mkdtempSync(join(tmpdir(), 'millrace-streams-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const ARGS = ['order', RECIPE, '--in', `${shards}/{00000..00003}.tar`, '--more', `${shards}/dirty-00000.tar`, '--workers', '0', '--json', '--origins'];

interface Line {
  readonly step: number;
  readonly keys: readonly string[];
  readonly origins: readonly string[];
}

/** Steps of all ranks of a world, put together. */
async function world(ranks: number, ...more: string[]): Promise<Line[]> {
  const steps: Line[] = [];
  for (let rank = 0; rank < ranks; rank += 1) {
    const { out, code, err } = await millrace([...ARGS, '--world-size', String(ranks), '--rank', String(rank), ...more]);
    if (code !== 0) throw new Error(`rank ${rank} of ${ranks} ended with ${code}: ${err}`);
    for (const [place, line] of out.split('\n').filter((text) => text !== '').entries()) {
      const { step, keys, origins } = JSON.parse(line) as Line;
      steps[place] = { step, keys: [...(steps[place]?.keys ?? []), ...keys], origins: [...(steps[place]?.origins ?? []), ...origins] };
    }
  }
  return steps;
}

let whole: Line[];
test.before(async () => {
  if (!existsSync(join(shards, '00000.tar'))) throw new Error(`no shared data at ${shards}: set MILLRACE_SHARED`);
  whole = await world(1);
});

test('the stream has three epochs of both inputs', (t) => {
  t.true(whole.length > 10, `${whole.length} steps`);
  for (const epoch of [0, 1, 2]) {
    t.true(whole.some(({ origins }) => origins.some((origin) => origin.endsWith(`@${epoch}`) && origin.includes('/0000'))), `epoch ${epoch}`);
    t.true(whole.some(({ origins }) => origins.some((origin) => origin.endsWith(`@${epoch}`) && origin.includes('/dirty-'))), `epoch ${epoch} of the dirty shard`);
  }
});

for (const [ranks, workers] of [[1, 1], [1, 2], [2, 1], [4, 2], [8, 1], [16, 1], [16, 0]] as const) {
  test(`${ranks} ranks with ${workers} workers: the same steps as one without`, async (t) => {
    t.deepEqual(await world(ranks, '--workers', String(workers)), whole);
  });
}

test('millrace index over the shards: every record once in a finer order, the same for other ranks, and resumed anywhere', async (t) => {
  const indexed = `${root}/indexed`;
  mkdirSync(indexed);
  for (const name of ['00000.tar', '00001.tar', '00002.tar', '00003.tar', 'dirty-00000.tar']) copyFileSync(join(shards, name), `${indexed}/${name}`);
  const made = await millrace(['index', `${indexed}/*.tar`]);
  t.is(made.code, 0, made.err);
  const input = ['--in', `${indexed}/{00000..00003}.tar`, '--more', `${indexed}/dirty-00000.tar`];
  const finer = await world(1, ...input);
  t.notDeepEqual(finer, whole);
  t.deepEqual(await world(8, ...input), finer);
  await world(4, ...input, '--steps', '3', '--checkpoint', `${root}/indexed-chain`);
  t.deepEqual(await world(2, ...input, '--from', `${root}/indexed-chain`), finer.slice(3));
  // Windows drop other twins in another order, so what is compared with the input is the ledger: every record of every epoch, once.
  await world(2, ...input, '--ledger', `${root}/ledger`, '--checkpoint', `${root}/ledger-chain`, '--checkpoint-every', '2');
  const proof = await millrace(['verify', ...ARGS.slice(1).filter((option) => option !== '--origins'), ...input, '--ledger', `${root}/ledger`, '--from', `${root}/ledger-chain`]);
  t.is(proof.code, 0, proof.out);
  const { planned, missing, duplicates } = JSON.parse(proof.out) as Record<string, number>;
  t.deepEqual({ planned, missing, duplicates }, { planned: 3 * 321, missing: 0, duplicates: 0 });
});

test('with random delays and a small budget: the same', async (t) => {
  t.deepEqual(await world(2, '--delays', '5', '--max-in-flight-bytes', '30M'), whole);
});

test('a checkpoint at every step: resumed in another world, it continues; across epochs and inside windows', async (t) => {
  const worlds = [1, 16, 2, 8, 4];
  const workers = ['0', '0', '1', '0', '0', '0', '2'];
  let insideWindows = 0;
  for (let at = 0; at < whole.length; at += 1) {
    const ranks = worlds[at % worlds.length] as number;
    const from = at === 0 ? [] : ['--from', `${root}/chain`];
    const threads = ['--workers', workers[at % workers.length] as string];
    t.deepEqual(await world(ranks, ...from, ...threads, '--steps', '1', '--checkpoint', `${root}/chain`), whole.slice(at, at + 1), `step ${at} on ${ranks} ranks`);
    const saved = JSON.parse((await millrace(['checkpoint', 'show', `${root}/chain`, '--json'])).out) as { bytes: number; step: number; cursors: unknown[][] };
    t.is(saved.step, at + 1);
    t.true(saved.bytes < 4096, `${saved.bytes} bytes at step ${at + 1}`);
    insideWindows += saved.cursors.filter((cursor) => cursor.length > 1).length;
    if (at % 4 === 1) t.deepEqual(await world(1, '--from', `${root}/chain`), whole.slice(at + 1), `resumed once more at ${at + 1}, to the end`);
  }
  t.true(insideWindows > whole.length * 4, `${insideWindows} lanes were saved inside a window`);
});

test('two real processes, side by side, sharing one checkpoint folder', async (t) => {
  const folder = `${root}/processes`;
  const run = async (steps: string, ...more: string[]): Promise<string[]> => {
    const outcomes = await Promise.all([0, 1].map((rank) => spawnMillrace([...ARGS, '--world-size', '2', '--rank', String(rank), '--steps', steps, ...more]).done));
    for (const { code, err } of outcomes) t.is(code, 0, err);
    const [left, right] = outcomes.map(({ out }) => out.split('\n').filter((text) => text !== '').map((line) => JSON.parse(line) as Line)) as [Line[], Line[]];
    return left.flatMap((line, place) => [...line.keys, ...(right[place]?.keys ?? [])]);
  };
  t.deepEqual(await run('3', '--checkpoint', folder, '--checkpoint-every', '1'), whole.slice(0, 3).flatMap(({ keys }) => keys));
  t.deepEqual(await run('2', '--from', folder), whole.slice(3, 5).flatMap(({ keys }) => keys));
});
