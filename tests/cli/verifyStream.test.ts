/**
 * Through the command line: exactly-once over epochs with 25 random kills, roll-backs to an older checkpoint, and changes of world size in
 * between. Real processes, SIGKILL; the randomness is of a seed, which is printed when a test fails.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { counterRandom } from '../../kernels/random.js';
import { captionShard } from '../helpers/captions.js';
import { millrace, spawnMillrace } from '../helpers/cli.js';

const KILLS = 25;
const RECIPE = fileURLToPath(new URL('../helpers/recipes/everything.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'millrace-lineage-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const INPUT = [RECIPE, '--in', `${root}/web/*.tar`, '--more', `${root}/more/*.tar`, '--workers', '0', '--epochs', '40'];
const [ledger, checkpoints] = [`${root}/ledger`, `${root}/checkpoints`];
// Ranks that nothing holds together may be many steps apart when they are killed: all checkpoints are kept, so that they have a step in common.
const KEEPING = ['--ledger', ledger, '--checkpoint', checkpoints, '--checkpoint-every', '1', '--keep', '400'];

interface Proof {
  readonly outcome: string;
  readonly differences: readonly string[];
  readonly missing: number;
  readonly duplicates: number;
  readonly planned: number;
  readonly open: number;
  readonly judged: string;
  readonly blocks: { readonly dead: number };
}
const verify = async (...more: string[]): Promise<Proof & { readonly code: number | null }> => {
  const { code, out, err } = await millrace(['verify', ...INPUT, '--ledger', ledger, '--from', checkpoints, '--json', ...more]);
  if (out === '') throw new Error(err);
  return { code, ...(JSON.parse(out) as Proof) };
};
const savedSteps = async (): Promise<number[]> => {
  const names = await readdir(checkpoints).catch((): string[] => []);
  return [...new Set(names.flatMap((name) => /^step-(\d+)\./.exec(name)?.[1] ?? []).map(Number))].toSorted((a, b) => a - b);
};

/** When a process has printed so many lines more, or has ended. */
function linesOf({ stdout }: ChildProcess, count: number, ended: Promise<unknown>): Promise<unknown> {
  let seen = 0;
  const printed = new Promise<void>((resolve) => {
    stdout?.on('data', (piece: Buffer | string) => {
      seen += String(piece).split('\n').length - 1;
      if (seen >= count) resolve();
    });
  });
  return Promise.race([printed, ended]);
}

/** Killed at once, the ranks may have no step in common yet. */
const isWhole = async (): Promise<boolean> => (await millrace(['checkpoint', 'show', checkpoints, '--json'])).code === 0;

test.before(async () => {
  for (const [name, counts] of [['web', [40, 21, 33, 18, 30]], ['more', [27, 35]]] as const) {
    await mkdir(`${root}/${name}`);
    for (const [index, records] of counts.entries()) await writeFile(`${root}/${name}/${index}.tar`, captionShard(name.length * 100 + index, records));
  }
});

test.serial('25 random kills, roll-backs and changes of world size: missing 0, duplicates 0 in the surviving lineage', async (t) => {
  t.timeout(900_000);
  const seed = Number(process.env.MILLRACE_TEST_SEED ?? Date.now() % 1e9);
  const random = counterRandom(seed, 'kills');
  t.log(`MILLRACE_TEST_SEED=${seed}`);
  const done = { kills: 0, rollBacks: 0, worlds: new Set<number>() };
  for (let round = 0; done.kills < KILLS; round += 1) {
    if (round > 4 * KILLS) return t.fail(`after ${round} rounds only ${done.kills} processes were killed`);
    const steps = await savedSteps();
    // Older checkpoints that are whole over all ranks; a roll-back to one that is not is refused, and the round is one without kills.
    const back = steps.length > 3 && random.bernoulli(0.3) ? steps[random.integer(0, steps.length - 2)] : undefined;
    const from = steps.length === 0 ? [] : ['--from', back === undefined ? checkpoints : `${checkpoints}/step-${back}`];
    if (back !== undefined) done.rollBacks += 1;
    const ranks = [1, 2, 4, 2][random.integer(0, 3)] as number;
    done.worlds.add(ranks);
    const runs = Array.from({ length: ranks }, (_, rank) =>
      spawnMillrace(['order', ...INPUT, ...KEEPING, ...from, '--delays', '60', '--world-size', String(ranks), '--rank', String(rank)]));
    // By lines, not by time, so that a slow machine is killed at the same places as a fast one: mostly when every rank has made some steps, now and then when one alone has.
    const lines = runs.map(({ child, done: ended }) => linesOf(child, random.integer(1, 4), ended));
    await (random.bernoulli(0.2) ? Promise.race(lines) : Promise.all(lines));
    await new Promise((resolve) => setTimeout(resolve, random.integer(0, 40)));
    for (const { child } of runs) child.kill('SIGKILL');
    const ends = await Promise.all(runs.map((run) => run.done));
    done.kills += ends.some(({ signal }) => signal === 'SIGKILL') ? 1 : 0;
    if (round % 10 === 9 && (await isWhole())) t.like(await verify('--no-dry-run'), { code: 0, differences: [], missing: 0, duplicates: 0 }, `round ${round}, seed ${seed}`);
  }
  t.true(done.rollBacks > 0 && done.worlds.size === 3, JSON.stringify({ ...done, worlds: [...done.worlds] }));
  const midway = await verify();
  t.like(midway, { code: 0, outcome: 'proven', differences: [], missing: 0, duplicates: 0 }, `seed ${seed}`);
  t.log(`${done.kills} kills, ${done.rollBacks} roll-backs; ${midway.planned} planned, ${midway.open} open, ${midway.blocks.dead} dead blocks`);
  const rest = await millrace(['order', ...INPUT, ...KEEPING, '--from', checkpoints]);
  t.is(rest.code, 0, rest.err);
  t.like(await verify(), { code: 0, outcome: 'proven', judged: 'ended', differences: [], missing: 0, duplicates: 0, open: 0, planned: 40 * (40 + 21 + 33 + 18 + 30 + 27 + 35) }, `seed ${seed}`);
});

test.serial('without --json it says so in words; a damaged block and a removed one are differences, exit 1', async (t) => {
  const words = await millrace(['verify', ...INPUT, '--ledger', ledger, '--from', checkpoints]);
  t.is(words.code, 0);
  t.regex(words.out, /missing 0, duplicates 0/);
  const names = (await readdir(ledger)).toSorted();
  const name = `${ledger}/${names.at(-1) as string}`;
  await appendFile(name, ' ');
  const damaged = await verify();
  t.is(damaged.code, 1);
  t.true(damaged.differences.some((line) => line.includes('damaged')), damaged.differences.join('\n'));
  for (const last of names.filter((other) => other.slice(0, 26) === names.at(-1)?.slice(0, 26))) await rm(`${ledger}/${last}`);
  const removed = await verify();
  t.is(removed.code, 1);
  t.true(removed.missing > 0, removed.differences.join('\n'));
});

test.serial('what is asked wrongly is exit 2, with what to do', async (t) => {
  const asked = async (...args: string[]): Promise<string> => {
    const { code, err } = await millrace(['verify', ...args]);
    t.is(code, 2, err);
    return err;
  };
  t.regex(await asked(...INPUT, '--ledger', ledger), /--from is missing/);
  t.regex(await asked(...INPUT, '--ledger', `${root}/nothing`, '--from', checkpoints), /nothing/);
  t.regex(await asked(...INPUT, '--ledger', ledger, '--from', `${root}/nothing`), /no checkpoint/);
  t.regex(await asked(...INPUT, '--epochs', '5', '--ledger', ledger, '--from', checkpoints), /epochs|fingerprint|checkpoint/);
  const { code, err } = await millrace(['order', ...INPUT, '--ledger', ledger]);
  t.is(code, 2);
  t.regex(err, /--ledger needs --checkpoint/);
});
