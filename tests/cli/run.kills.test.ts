import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { counterRandom } from '../../kernels/random.js';
import { verifyTar } from '../../sinks/verifyTar.js';
import { fileStore } from '../../storage/fileStore.js';
import { COPY, isAlive, isZombie, lanesOf, litter, makeShards, millrace, spawnMillrace, tree, until } from '../helpers/cli.js';
import { mixedKinds } from '../helpers/shards.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-kills-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const signal = new AbortController().signal;

/** What is marked must be whole, whatever else is missing. */
async function unsound(out: string): Promise<string[]> {
  const { differences } = await verifyTar(out, { store: fileStore(), signal });
  return differences.filter((line) => !/it is not there: the lane is not finished/.test(line));
}

test.serial('killed at random moments, 21 times: what is marked is whole, nobody stays behind, and the last run completes', async (t) => {
  const input = `${root}/many`;
  const out = `${root}/killed`;
  await makeShards(input, Array<number>(60).fill(9), { kind: mixedKinds });
  const args = (to: string, delayMs: number) => ['run', COPY, '--in', `${input}/*.tar`, '--out', to, '--delay-ms', `${delayMs}`, '--json'];
  t.is((await millrace(args(`${root}/undisturbed`, 0))).code, 0);
  const random = counterRandom('moments', Date.now());
  const marked: number[] = [];
  const killedPids: number[] = [];
  const check = async (what: string): Promise<void> => {
    t.deepEqual(await unsound(out), [], what);
    marked.push(Object.keys(tree(out)).filter((name) => /^\d+_stats\.json$/.test(name)).length);
  };
  for (let round = 0; round < 7; round += 1) {
    const { pid, done } = spawnMillrace([...args(out, 30), '--workers', '2'], { detached: true });
    const scratch = `${out}/_millrace/tmp`;
    const atWork = (): number[] => (existsSync(scratch) ? lanesOf(pid).filter((lane) => readdirSync(scratch).some((name) => name.includes(`-${lane}-`))) : []);
    // Two lane processes, then the coordinator, every second time with all of its group.
    for (let kill = 0; kill < 3; kill += 1) {
      await until(() => atWork().length > 0);
      await sleep(random.integer(0, 300));
      const lanes = lanesOf(pid);
      killedPids.push(...(kill === 2 ? [pid, ...lanes] : []));
      if (kill < 2 && lanes.length > 0) {
        const lane = random.choice(lanes);
        killedPids.push(lane);
        process.kill(lane, 'SIGKILL');
      } else if (kill === 2) {
        process.kill(round % 2 === 0 ? pid : -pid, 'SIGKILL');
        t.is((await done).signal, 'SIGKILL');
        await until(() => !lanes.some(isAlive), 5000);
      }
      await check(`round ${round}, kill ${kill}`);
    }
  }
  // Orphans are reaped by whoever is process 1, some time later; until then their pid counts as alive, and their partial files stay.
  await until(() => !killedPids.some(isZombie), 5000).catch(() => t.log('process 1 reaps no orphans here'));
  const zombies = killedPids.filter(isZombie);
  t.is((await millrace(args(out, 0))).code, 0);
  t.deepEqual(tree(out), tree(`${root}/undisturbed`));
  t.deepEqual(litter(out).filter((name) => !zombies.some((pid) => name.includes(`-${pid}-`))), []);
  t.is((await millrace(['verify', out, '--against', `${input}/*.tar`])).code, 0);
  t.log(`marked shards after each kill: ${marked.join(' ')}`);
});

test.serial('a lane process that is killed costs one attempt; one that dies each time fails the run with its name', async (t) => {
  const input = `${root}/lanes`;
  await makeShards(input, Array<number>(6).fill(6), { kind: mixedKinds });
  const args = (out: string, ...more: string[]) => ['run', COPY, '--in', `${input}/*.tar`, '--out', out, '--workers', '2', ...more];
  t.is((await millrace(['run', COPY, '--in', `${input}/*.tar`, '--out', `${root}/lanes-calm`])).code, 0);
  const { pid, done } = spawnMillrace(args(`${root}/lanes-killed`, '--delay-ms', '50'));
  await until(() => lanesOf(pid).length === 2 && existsSync(`${root}/lanes-killed/_millrace/tmp`) && readdirSync(`${root}/lanes-killed/_millrace/tmp`).length > 0);
  process.kill(lanesOf(pid)[0] as number, 'SIGKILL');
  const { code, err } = await done;
  t.is(code, 0, err);
  t.deepEqual(tree(`${root}/lanes-killed`), tree(`${root}/lanes-calm`));
  t.deepEqual(litter(`${root}/lanes-killed`), []);

  const dying = await spawnMillrace(args(`${root}/lanes-dying`, '--trouble', 'die', '--json')).done;
  t.is(dying.code, 1);
  t.regex(dying.err, /^millrace: lane 1 \(.*00001\.tar\) failed 3 times; the last time: a lane process died \(signal SIGKILL\)$/m);
  t.notRegex(dying.err, /^ +at /m);
  t.like(JSON.parse(dying.out), { outcome: 'failed', error: /.*/.exec(dying.err.split('millrace: ')[1] as string)?.[0] });
  t.false(existsSync(`${root}/lanes-dying/00001_stats.json`));
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
