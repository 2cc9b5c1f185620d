/** A hang is explained, by a real signal to a real process and by a deadline; a late rank is named. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { captionShard } from '../helpers/captions.js';
import { COPY, makeShards, millrace, spawnMillrace, type Spawned } from '../helpers/cli.js';

const RECIPE = fileURLToPath(new URL('../helpers/recipes/everything.ts', import.meta.url));
const NEVER = fileURLToPath(new URL('../helpers/recipes/never.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'millrace-hang-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const ORDER = ['order', RECIPE, '--in', `${root}/web/*.tar`, '--more', `${root}/more/*.tar`, '--workers', '0'];

test.before(async () => {
  for (const [name, counts] of [['web', [40, 21, 33, 18]], ['more', [27, 35]]] as const) {
    await mkdir(`${root}/${name}`);
    for (const [index, records] of counts.entries()) await writeFile(`${root}/${name}/${index}.tar`, captionShard(name.length * 100 + index, records));
  }
  await makeShards(`${root}/shards`, [6, 6]);
});

/** Until stderr says it; a process that ends before is the failure. */
async function says(run: Spawned, text: RegExp): Promise<string> {
  let err = '';
  return await new Promise((resolve, reject) => {
    run.child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      if (text.test(err)) resolve(err);
    });
    void run.done.then(({ code, signal }) => reject(new Error(`ended with ${code ?? signal} before it said ${text}: ${err}`)));
  });
}

test('order: after --hang-after it says which stage works on what, once; SIGQUIT asks again; the run goes on', async (t) => {
  const run = spawnMillrace([...ORDER, '--delays', '100000000', '--hang-after', '0.5']);
  const first = await says(run, /lanes are waited for/);
  t.regex(first, /nothing was finished for 0\.5 s/);
  t.regex(first, /step 0 waits for lane \d+: later has worked on \S+#\d+ \(key \S+\) for \d\.\d s/);
  const again = says(run, /step 0 waits for[^]*step 0 waits for/).catch((error: unknown) => error);
  for (const pause of [0, 100]) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    run.child.kill('SIGQUIT');
  }
  t.is(typeof (await again), 'string');
  t.is(run.child.exitCode, null, 'it still runs');
  run.child.kill('SIGKILL');
  await run.done;
});

for (const workers of ['1', '2']) {
  test(`run with ${workers} workers: SIGQUIT names shard, stage and record`, async (t) => {
    const run = spawnMillrace(['run', COPY, '--in', `${root}/shards/*.tar`, '--out', `${root}/out-${workers}`, '--delay-ms', '100000', '--workers', workers]);
    // The plan is written after the signal has a listener.
    while (!existsSync(`${root}/out-${workers}/_millrace`)) await new Promise((resolve) => setTimeout(resolve, 20));
    const asking = setInterval(() => run.child.kill('SIGQUIT'), 300);
    // Not before the process has heard of the signal, which would end it.
    const report = await says(run, /slow: works on \S+/).finally(() => clearInterval(asking));
    t.regex(report, /the run waits for lane \d \(\S+0000\d\.tar\): slow has worked on \S+0000\d\.tar#0 \(key \S+\) for \d+\.\d s/);
    run.child.kill('SIGKILL');
    await run.done;
  });
}

test('wrong seconds are refused', async (t) => {
  for (const option of ['--hang-after', '--late-after']) {
    const { code, err } = await millrace([...ORDER, option, 'soon', '--rendezvous', `${root}/never`]);
    t.is(code, 2);
    t.regex(err, new RegExp(`${option} must be a number of seconds`));
  }
});

test('rendezvous: ranks end at the same step, and their union is the stream', async (t) => {
  const whole = await millrace([...ORDER, '--json', '--epochs', '1']);
  const runs = [0, 1, 2, 3].map((rank) => spawnMillrace([...ORDER, '--json', '--epochs', '1', '--world-size', '4', '--rank', String(rank), '--rendezvous', `${root}/meet`, '--late-after', '60', '--checkpoint', `${root}/meet-checkpoints`]));
  const ends = await Promise.all(runs.map((run) => run.done));
  const steps = ends.map(({ out, err, code }) => {
    t.is(code, 0, err);
    return out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { step: number; keys: string[] });
  });
  t.is(new Set(steps.map(({ length }) => length)).size, 1, steps.map(({ length }) => length).join());
  const union = steps[0]!.map(({ step }, place) => ({ step, keys: steps.flatMap((own) => own[place]!.keys) }));
  t.deepEqual(union, whole.out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { step: number; keys: string[] }));
  t.is((await readdir(`${root}/meet`)).length, 4, 'one file a rank');
  const show = await millrace(['checkpoint', 'show', `${root}/meet-checkpoints`, '--json']);
  t.is((JSON.parse(show.out) as { step: number }).step, union.length);
});

test('rendezvous: a rank that is killed, and one that never came, are named by the others, exit 1', async (t) => {
  const args = (rank: number, ...more: string[]): string[] => [...ORDER, '--epochs', '20', '--delays', '20', '--world-size', '2', '--rank', String(rank), '--rendezvous', `${root}/late`, '--late-after', '6', ...more];
  const [left, right] = [spawnMillrace(args(0)), spawnMillrace(args(1))];
  await Promise.race([new Promise((resolve) => right.child.stdout?.once('data', resolve)), right.done]);
  right.child.kill('SIGKILL');
  const { code, err } = await left.done;
  t.is(code, 1);
  t.regex(err, /rank 1 of 2 is late: its last step was \d+, \d+\.\d s ago/);
  const alone = await millrace([...ORDER, '--world-size', '4', '--rank', '2', '--rendezvous', `${root}/nobody`, '--late-after', '0.2']);
  t.is(alone.code, 1);
  t.regex(alone.err, /rank 0 of 4 is late: it has not come to any step; rank 1 of 4 is late/);
});

test('rendezvous: a folder that was used before, by a run that ended and by one that was killed', async (t) => {
  const meet = (rank: number, ...more: string[]): Spawned => spawnMillrace([...ORDER, '--json', '--epochs', '1', '--world-size', '2', '--rank', String(rank), '--rendezvous', `${root}/again`, '--late-after', '20', ...more]);
  const outs: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    if (round === 1) {
      const runs = [meet(0, '--delays', '30'), meet(1, '--delays', '30')];
      await new Promise((resolve) => runs[0]!.child.stdout?.once('data', resolve));
      for (const { child } of runs) child.kill('SIGKILL');
      await Promise.all(runs.map((run) => run.done));
    }
    const ends = await Promise.all([0, 1].map((rank) => meet(rank).done));
    for (const { code, err } of ends) t.is(code, 0, `round ${round}: ${err}`);
    outs.push(ends.map(({ out }) => out).join('\n'));
  }
  t.is(new Set(outs).size, 1);
});

test('a stage that awaits what never comes: explained, exit 1, not a silent end', async (t) => {
  const { code, err } = await spawnMillrace(['order', NEVER, '--in', `${root}/web/*.tar`, '--workers', '0']).done;
  t.is(code, 1, err);
  t.regex(err, /the run cannot go on/);
  t.regex(err, /step 0 waits for lane \d: never has worked on \S+#\d+/);
});
