import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { COPY, isAlive, lanesOf, litter, makeShards, millrace, MILLRACE, spawnMillrace, tree, until } from '../helpers/cli.js';
import { mixedKinds } from '../helpers/shards.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-main-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
chmodSync(root, 0o755);
const SHARDS = 10;
const input = `${root}/in`;
const calm = `${root}/calm`;
const run = (out: string, ...more: string[]): string[] => ['run', COPY, '--in', `${input}/*.tar`, '--out', out, '--json', ...more];
const marks = (out: string): string[] => (existsSync(out) ? readdirSync(out).filter((name) => /^\d+_stats\.json$/.test(name)) : []);
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test.before(async (t) => {
  await makeShards(input, Array<number>(SHARDS).fill(8), { kind: mixedKinds });
  t.is((await millrace(run(calm))).code, 0);
});

for (const [what, signal, workers, group] of [
  ['SIGTERM', 'SIGTERM', '1', false],
  ['SIGINT to the whole group (Ctrl-C)', 'SIGINT', '2', true],
  ['SIGTERM to the whole group (timeout, schedulers)', 'SIGTERM', '2', true],
] as const) {
  test.serial(`${what}, ${workers} worker(s): exit 75 soon, and the next run keeps what is marked`, async (t) => {
    const out = `${root}/${signal}-${workers}`;
    const { pid, done } = spawnMillrace(run(out, '--workers', workers, '--delay-ms', '50'), { detached: true });
    await until(() => marks(out).length >= 2);
    const lanes = lanesOf(pid);
    t.is(lanes.length, workers === '2' ? 2 : 0);
    const began = Date.now();
    process.kill(group ? -pid : pid, signal);
    const stopped = await done;
    t.is(stopped.code, 75, stopped.err);
    t.true(Date.now() - began < 3000, `${Date.now() - began} ms`);
    t.false(lanes.some(isAlive));
    const last = JSON.parse(lines(stopped.out).at(-1) as string) as { outcome: string; shards: { done: number; total: number }; outputs: string[] };
    t.like(last, { outcome: 'stopped', shards: { total: SHARDS }, missing: 0, duplicates: 0 });
    const kept = marks(out);
    t.is(last.shards.done, kept.length);
    t.true(kept.length < SHARDS);
    for (const name of kept) t.is(tree(out)[name], tree(calm)[name]);
    const times = (): number[] => kept.flatMap((name) => [name, name.replace('_stats.json', '.tar')]).map((name) => statSync(`${out}/${name}`).mtimeMs);
    const before = times();

    const again = await millrace(run(out));
    t.is(again.code, 0);
    t.like(JSON.parse(again.out), { outcome: 'complete', shards: { total: SHARDS, done: SHARDS, reused: kept.length } });
    t.deepEqual(times(), before);
    t.deepEqual(tree(out), tree(calm));
    t.deepEqual(litter(out), []);
  });
}

for (const [second, code] of [['SIGTERM', 143], ['SIGINT', 130]] as const) {
  test.serial(`a second signal, ${second}, ends the run at once with ${code}`, async (t) => {
    const out = `${root}/second-${second}`;
    const { pid, done } = spawnMillrace(run(out, '--workers', '2', '--trouble', 'block'));
    // The lane of the second shard computes for seconds and hears nothing.
    await until(() => marks(out).length >= SHARDS - 1);
    const lanes = lanesOf(pid);
    process.kill(pid, 'SIGTERM');
    await sleep(300);
    t.true(isAlive(pid), 'it waits for its lanes');
    const began = Date.now();
    process.kill(pid, second);
    t.is((await done).code, code);
    t.true(Date.now() - began < 1500, 'the lane was not waited for');
    await until(() => !lanes.some(isAlive), 1000);
    t.is((await millrace(run(out))).code, 0);
    t.deepEqual(tree(out), tree(calm));
  });
}

test('a stop that comes when all is done changes nothing; one that comes before anything is a stop too', async (t) => {
  const out = `${root}/late`;
  const late = new AbortController();
  const timer = setInterval(() => marks(out).length === SHARDS && late.abort(new Error('late')), 1);
  t.is((await millrace(run(out), late.signal)).code, 0);
  clearInterval(timer);
  t.deepEqual(litter(out), []);
  const early = await millrace(run(`${root}/early`), AbortSignal.abort(new Error('early')));
  t.is(early.code, 75);
  t.like(JSON.parse(early.out), { outcome: 'stopped', planned: 0 });
  t.deepEqual(marks(`${root}/early`), []);
});

test('a reader of stdout or stderr that goes away does not end the run, and there is no stack', async (t) => {
  const bash = async (redirect: string, out: string): Promise<string> => {
    const quoted = [process.execPath, MILLRACE, ...run(out)].map((arg) => `'${arg}'`).join(' ');
    const { stdout } = await promisify(execFile)('bash', ['-c', `${quoted} ${redirect} | head -c 0; echo "code \${PIPESTATUS[0]}"; cat ${out}.err 2>/dev/null || true`]);
    return stdout;
  };
  t.regex(await bash(`2>${root}/closed-1.err`, `${root}/closed-1`), /^code 0\n\d+\/\d+ shards[^\n]*\n$/);
  t.is(await bash('2>&1', `${root}/closed-2`), 'code 0\n');
  for (const out of ['closed-1', 'closed-2']) t.deepEqual(tree(`${root}/${out}`), tree(calm));
});

test('commands: help on stdout; no command or an unknown one is one line and exit 2', async (t) => {
  for (const args of [['--help'], ['-h'], ['help']]) {
    const { code, out, err } = await millrace(args);
    t.deepEqual([code, err], [0, '']);
    for (const word of ['run', 'plan', 'verify', 'explain', '75']) t.regex(out, new RegExp(`\\b${word}\\b`));
  }
  t.like(await millrace([]), { code: 2, out: '' });
  const unknown = await millrace(['rum', 'x']);
  t.is(unknown.code, 2);
  t.is(unknown.out, '');
  t.regex(unknown.err, /^millrace: no command rum; there are .*run, plan, verify, explain.*$/);
  for (const command of ['run', 'plan', 'verify', 'explain']) {
    const help = await millrace([command, '--help']);
    t.is(help.code, 0);
    t.is(help.err, '');
    t.regex(help.out, new RegExp(`Usage: millrace ${command} `));
  }
  const own = await millrace(['run', COPY, '--help']);
  t.regex(own.out, /--delay-ms <INTEGER>.*default: 0/);
});

test('errors: one line without --verbose, the stacks and causes with it', async (t) => {
  const args = run(`${root}/throws`, '--trouble', 'throw');
  const plain = await millrace(args);
  t.is(plain.code, 1);
  t.deepEqual(lines(plain.err).filter((line) => !/^\d+\/\d+ shards/.test(line)), ['millrace: the stage broke']);
  const verbose = await millrace([...args, '--verbose']);
  t.is(verbose.code, 1);
  t.regex(verbose.err, /\n +at .*copy\.ts/);
});

test('a promise that a recipe leaves rejected ends the process with one line', async (t) => {
  const { code, out, err } = await spawnMillrace(run(`${root}/rejects`, '--trouble', 'reject')).done;
  t.is(code, 1);
  t.is(out, '');
  t.deepEqual(lines(err).filter((line) => line.startsWith('millrace:')), ['millrace: nobody awaits this']);
  t.notRegex(err, /^ +at /m);
});

test('an output without write permission: exit 2, one line, nothing made', async (t) => {
  const locked = `${root}/locked`;
  mkdirSync(locked, { mode: 0o555 });
  const nobody = fileURLToPath(new URL('../helpers/asNobody.mjs', import.meta.url));
  for (const out of [locked, `${locked}/below`]) {
    const { code, out: printed, err } = await spawnMillrace(run(out), { command: [nobody] }).done;
    t.is(code, 2, err);
    t.is(printed, '');
    t.regex(err, /^millrace: cannot .* permission denied; check the owner and mode .*\(EACCES\)\n$/);
  }
  t.deepEqual(readdirSync(locked), []);
});

test('a disk that fills up: exit 1 naming it, no litter in the way, and the next run completes once there is room', async (t) => {
  const disk = `${root}/disk`;
  mkdirSync(disk);
  const big = `${root}/big`;
  await makeShards(big, [12, 12, 12], { imageBytes: 20_000 });
  const quoted = (args: string[]): string => [process.execPath, MILLRACE, ...args].map((arg) => `'${arg}'`).join(' ');
  const args = (out: string): string[] => ['run', COPY, '--in', `${big}/*.tar`, '--out', out, '--json'];
  t.is((await millrace(args(`${root}/roomy`))).code, 0);
  // A user namespace lets anyone mount a tmpfs, where the system allows it. Room for one shard of three, then for all.
  const script = `mount -t tmpfs -o size=500k none ${disk} || exit 9
${quoted(args(`${disk}/out`))} 2>${root}/full.err; echo "code $?"; find ${disk} -name '.*' -type f | wc -l
mount -o remount,size=4m ${disk}; ${quoted(args(`${disk}/out`))} 2>/dev/null; echo "code $?"; cp -r ${disk}/out ${root}/filled; cat ${root}/full.err`;
  const output = await promisify(execFile)('unshare', ['-rm', 'sh', '-c', script]).then(({ stdout }) => stdout, (error: Error & { code?: unknown; stderr?: string }) => {
    if (error.code === 'ENOENT' || error.code === 9 || /unshare/.test(error.stderr ?? '')) return undefined;
    throw error;
  });
  if (output === undefined) return t.pass('this system lets no ordinary user mount a tmpfs');
  const [failed, code, hidden, complete, finished, ...err] = lines(output);
  t.deepEqual([code, hidden, finished], ['code 1', '0', 'code 0'], output);
  t.like(JSON.parse(failed as string), { outcome: 'failed', shards: { total: 3 } });
  t.regex((JSON.parse(failed as string) as { error: string }).error, /no space left/);
  t.regex(err.at(-1) as string, /^millrace: cannot write .*disk\/out\/.*: no space left \(disk or quota\); free some, or write elsewhere, and run again \(ENOSPC\)$/);
  t.like(JSON.parse(complete as string), { outcome: 'complete' });
  t.deepEqual(tree(`${root}/filled`), tree(`${root}/roomy`));
  t.deepEqual(litter(`${root}/filled`), []);
});
