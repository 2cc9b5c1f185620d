import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { captionShard } from '../helpers/captions.js';
import { millrace } from '../helpers/cli.js';

const RECIPE = fileURLToPath(new URL('../helpers/recipes/everything.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'millrace-order-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
/** Threads only where a test is about them: each command would start its own. */
const INPUT = ['--in', `${root}/web/*.tar`, '--more', `${root}/more/*.tar`, '--workers', '0'];
const order = (...more: string[]) => millrace(['order', RECIPE, ...INPUT, '--json', ...more]);

interface Line {
  readonly step: number;
  readonly keys: readonly string[];
  readonly origins?: readonly string[];
}
const linesOf = (out: string): Line[] => out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line);

/** Steps of all ranks of a world, put together; each rank is a run of its own, one after the other. */
async function world(ranks: number, ...more: string[]): Promise<Line[]> {
  const steps: Line[] = [];
  for (let rank = 0; rank < ranks; rank += 1) {
    const { out, code, err } = await order('--world-size', String(ranks), '--rank', String(rank), ...more);
    if (code !== 0) throw new Error(err);
    for (const [place, { step, keys }] of linesOf(out).entries()) steps[place] = { step, keys: [...(steps[place]?.keys ?? []), ...keys] };
  }
  return steps;
}

let whole: Line[];
test.before(async () => {
  for (const [name, counts] of [['web', [40, 21, 33, 18]], ['more', [27, 35]]] as const) {
    await mkdir(`${root}/${name}`);
    for (const [index, records] of counts.entries()) await writeFile(`${root}/${name}/${index}.tar`, captionShard(name.length * 100 + index, records));
  }
  whole = linesOf((await order()).out);
});

test('one line a step, {"step": n, "keys": [...]}, to the end of the stream', (t) => {
  t.true(whole.length > 4);
  t.deepEqual(whole.map(({ step }) => step), whole.map((_, step) => step));
  for (const line of whole) t.deepEqual(Object.keys(line), ['step', 'keys']);
  t.is(whole[0]?.keys.length, 32);
});

test('the union over ranks is the same for every world size, and --steps cuts it', async (t) => {
  for (const ranks of [2, 4, 16]) t.deepEqual(await world(ranks), whole, `${ranks} ranks`);
  t.deepEqual(await world(8, '--steps', '2'), whole.slice(0, 2));
  t.deepEqual(await world(2, '--delays', '3', '--max-in-flight-bytes', '30M'), whole, 'with random delays and a small budget');
});

test('kernels in threads: the same steps', async (t) => {
  for (const [ranks, workers] of [[1, '1'], [2, '3'], [1, 'auto']] as const) t.deepEqual(await world(ranks, '--workers', workers, '--delays', '2'), whole, `${ranks} ranks, ${workers} workers`);
});

test.serial('auto shares the cores between the ranks of this machine; what a launcher says wrongly is refused', async (t) => {
  const before = { ...process.env };
  try {
    Object.assign(process.env, { LOCAL_RANK: '1', LOCAL_WORLD_SIZE: '2' });
    t.deepEqual(linesOf((await order('--workers', 'auto', '--steps', '1')).out), whole.slice(0, 1));
    process.env.LOCAL_RANK = '2';
    const { code, err } = await order('--steps', '1');
    t.is(code, 2);
    t.regex(err, /LOCAL_RANK/);
  } finally {
    for (const name of ['LOCAL_RANK', 'LOCAL_WORLD_SIZE']) delete process.env[name];
    Object.assign(process.env, before);
  }
  for (const workers of ['-1', 'many', '1.5']) t.is((await order('--workers', workers)).code, 2, workers);
});

test.serial('RANK and WORLD_SIZE of a launcher are taken, options go first', async (t) => {
  const before = { ...process.env };
  try {
    Object.assign(process.env, { RANK: '1', WORLD_SIZE: '2' });
    const ours = linesOf((await order('--steps', '1')).out);
    t.deepEqual(ours[0]?.keys, whole[0]?.keys.slice(16));
    t.deepEqual(linesOf((await order('--steps', '1', '--rank', '0', '--world-size', '1')).out), whole.slice(0, 1));
  } finally {
    for (const name of ['RANK', 'WORLD_SIZE']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});

test('a checkpoint of one world goes on in another; the second advances; resumed twice it is the same', async (t) => {
  const folder = `${root}/hops`;
  let at = 0;
  for (const [ranks, steps] of [[4, 2], [1, 1], [16, 1], [2, 1]] as const) {
    const from = at === 0 ? [] : ['--from', folder];
    if (at > 0) t.deepEqual(await world(1, ...from), whole.slice(at), 'a resume leaves the checkpoint as it was');
    t.deepEqual(await world(ranks, ...from, '--steps', String(steps), '--checkpoint', folder), whole.slice(at, at + steps), `${ranks} ranks from step ${at}`);
    at += steps;
  }
  t.deepEqual(await world(8, '--from', folder), whole.slice(at));
  const { out } = await millrace(['checkpoint', 'show', folder, '--json']);
  t.deepEqual((JSON.parse(out) as { lineage: number[] }).lineage, [2, 3, 4]);
});

test('the parts of the last two whole steps are kept, whatever the world sizes were', async (t) => {
  const folder = `${root}/kept`;
  await world(2, '--steps', '3', '--checkpoint', folder, '--checkpoint-every', '1');
  t.deepEqual((await readdir(folder)).toSorted(), [2, 3].flatMap((step) => [`step-00000000${step}.lanes-0-7-of-16.json`, `step-00000000${step}.lanes-8-15-of-16.json`]));
  await world(1, '--from', folder, '--steps', '2', '--checkpoint', folder, '--checkpoint-every', '1');
  t.deepEqual((await readdir(folder)).toSorted(), [4, 5].map((step) => `step-00000000${step}.lanes-0-15-of-16.json`));
});

test('a rank that died while it saved leaves the step before usable; so does a damaged part', async (t) => {
  const folder = `${root}/died`;
  await world(2, '--steps', '2', '--checkpoint', folder);
  // Rank 0 runs far ahead and saves; rank 1 has died at the third step, in the middle of its part.
  await order('--world-size', '2', '--rank', '0', '--from', folder, '--steps', '3', '--checkpoint', folder, '--checkpoint-every', '1');
  await writeFile(`${folder}/step-000000003.lanes-8-15-of-16.json.partial-77`, '{"version":1,"st');
  t.deepEqual(await world(4, '--from', folder), whole.slice(2), 'the latest step that all ranks have');
  await order('--world-size', '2', '--rank', '1', '--from', folder, '--steps', '1', '--checkpoint', folder);
  t.deepEqual(await world(1, '--from', folder), whole.slice(3), 'rank 1 has caught up by one step');
  await writeFile(`${folder}/step-000000003.lanes-8-15-of-16.json`, '{"version":1,"st');
  t.deepEqual(await world(1, '--from', folder), whole.slice(2), 'a torn file is as good as none');
});

test('rolled back to an older checkpoint, the new lineage counts: what was saved later is gone', async (t) => {
  const folder = `${root}/rolled`;
  await world(1, '--steps', '2', '--checkpoint', folder);
  const older = `${root}/older.json`;
  await writeFile(older, await readFile(`${folder}/step-000000002.lanes-0-15-of-16.json`));
  await world(2, '--from', folder, '--steps', '3', '--checkpoint', folder);
  t.deepEqual(await world(1, '--from', older, '--steps', '1', '--checkpoint', folder), whole.slice(2, 3));
  t.deepEqual(await world(4, '--from', folder), whole.slice(3), 'from step 3 of the new lineage, not 5 of the old one');
});

test('a later checkpoint of another recipe in the folder is never replaced', async (t) => {
  const folder = `${root}/foreign`;
  await world(1, '--steps', '3', '--checkpoint', folder);
  const before = await readdir(folder);
  const { code, err } = await order('--seed', '9', '--steps', '1', '--checkpoint', folder);
  t.is(code, 2);
  t.regex(err, /holds a later checkpoint of another recipe or seed \(step-000000003\.lanes-0-15-of-16\.json\)/);
  t.deepEqual(await readdir(folder), before);
});

test('a rank whose lanes ended early keeps later checkpoints whole', async (t) => {
  const folder = `${root}/ended`;
  const short = ['--epochs', '1', '--world-size', '16', '--checkpoint', folder, '--checkpoint-every', '1'];
  const all = linesOf((await order('--epochs', '1')).out);
  const counts: number[] = [];
  for (let rank = 0; rank < 16; rank += 1) counts.push(linesOf((await order(...short, '--rank', String(rank))).out).length);
  t.true(Math.min(...counts) < all.length, `ranks took ${counts.join(' ')} of ${all.length} steps`);
  const { out } = await millrace(['checkpoint', 'show', folder, '--json']);
  t.deepEqual([(JSON.parse(out) as { step: number }).step, (JSON.parse(out) as { ended: boolean }).ended], [all.length, true]);
  t.deepEqual(linesOf((await order('--epochs', '1', '--from', folder)).out), [], 'and there is nothing after it');
});

test('another seed, recipe option or input is refused with the difference', async (t) => {
  const folder = `${root}/refused`;
  await world(1, '--steps', '1', '--checkpoint', folder);
  for (const [more, message] of [
    [['--seed', '4'], /the checkpoint was made by another recipe:\n {2}seed: was 0, is now 4$/],
    [['--epochs', '2'], /source mix: was v1 .*, is now v1 /],
    [['--in', `${root}/web/{0..2}.tar`], /inputs: was [0-9a-f]{64}, is now [0-9a-f]{64}\n {2}extents: was 6, .*, is now 5, /],
  ] as const) {
    const { code, err, out } = await order('--from', folder, ...more);
    t.deepEqual([code, out], [2, '']);
    t.regex(err, message);
  }
  t.is((await order('--from', folder, '--delays', '2', '--max-in-flight-bytes', '3G', '--steps', '1')).code, 0, 'timing and budget are no part of it');
});

test('usage errors are one line and exit code 2', async (t) => {
  const empty = `${root}/empty`;
  await mkdir(empty);
  for (const [more, message] of [
    [['--world-size', '3'], /3 ranks cannot share 16 lanes evenly/],
    [['--world-size', '32'], /`ranks` must be an integer from 1 to 16, got 32/],
    [['--world-size', '2', '--rank', '2'], /--rank must be an integer from 0 to 1, got "2"/],
    [['--rank', '1'], /--rank must be an integer from 0 to 0, got "1"/],
    [['--steps', '0'], /--steps must be an integer from 1 up/],
    [['--checkpoint-every', '1'], /--checkpoint-every needs --checkpoint FOLDER/],
    [['--from', `${root}/nowhere`], /no checkpoint .*nowhere: there is no such file or folder/],
    [['--from', empty], /no checkpoint in .*empty: it has no step-\*\.json/],
    [['--max-in-flight-bytes', '1M'], /the windows of this pipeline may hold .* over the budget/],
    [['--in', `${root}/none/*.tar`], /no object matches/],
  ] as [string[], RegExp][]) {
    const { code, out, err } = await order(...more);
    t.deepEqual([code, out], [2, ''], more.join(' '));
    t.regex(err, message);
    t.is(err.split('\n').length, 1, err);
  }
  const { code, err } = await millrace(['order', fileURLToPath(new URL('../helpers/recipes/copy.ts', import.meta.url)), '--in', `${root}/web/*.tar`, '--out', `${root}/out`]);
  t.is(code, 2);
  t.regex(err, /a streaming run needs a recipe that ends in batch/);
});

test('for people: a step a line, with --origins the input, shard, record, child and epoch', async (t) => {
  const { out } = await millrace(['order', RECIPE, ...INPUT, '--steps', '1', '--origins']);
  t.regex(out, /^step 0: \S+ \(mix\/[01]\/(web|more):\S+\.tar#\d+_\d@\d\), /);
  const [line] = linesOf((await order('--steps', '1', '--origins')).out);
  t.is(line?.origins?.length, line?.keys.length);
});
