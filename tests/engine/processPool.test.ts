import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { BudgetError, findCause, StoppedError } from '../../engine/errors.js';
import { processPool, type ProcessPool } from '../../engine/workers/processPool.js';
import type { WorkerInit } from '../../engine/workers/protocol.js';
import { isAlive } from '../helpers/cli.js';

const module = new URL('../helpers/fakeLaneProcess.mjs', import.meta.url);
const init = { seed: 42 } as unknown as WorkerInit;
const signal = new AbortController().signal;

interface Told {
  readonly lane: number;
  readonly pid: number;
  readonly rank: string | null;
  readonly seed: number;
  readonly argv: readonly string[];
}

async function run(pool: ProcessPool, shard: string, index = 0, stop: AbortSignal = signal): Promise<Told> {
  return (await pool.run({ index, shard, bytes: 0, etag: '' }, stop)).receipt as unknown as Told;
}

test.serial('lanes run in processes that are started when needed, used again, and gone at the end', async (t) => {
  process.env.RANK = '3';
  const pool = processPool(module, 2, init);
  const [a, b] = await Promise.all([run(pool, 'work', 0), run(pool, 'work', 1)]);
  t.not(a.pid, b.pid);
  t.deepEqual([a.lane, b.lane, a.seed], [0, 1, 42]);
  t.is(a.rank, null, 'a lane process is no rank of a launcher');
  t.deepEqual(a.argv, []);
  const c = await run(pool, 'work', 2);
  t.true([a.pid, b.pid].includes(c.pid));
  t.is(pool.peakRssBytes, c.pid === a.pid ? 1002 + 1001 : 1000 + 1002);
  t.is(pool.meters().length, 2);
  await pool.close();
  t.false([a.pid, b.pid].some(isAlive));
  delete process.env.RANK;
});

test.serial('a process that dies fails its lane as worth another attempt; the next lane gets a new process', async (t) => {
  const pool = processPool(module, 1, init);
  const first = await run(pool, 'work');
  t.like(await t.throwsAsync(run(pool, 'die')), { message: 'a lane process died (signal SIGKILL)', code: 'worker-died' });
  const second = await run(pool, 'work');
  t.not(second.pid, first.pid);
  t.like(await t.throwsAsync(run(pool, 'exit')), { message: 'a lane process died (exit code 7)', code: 'worker-died' });
  const third = await run(pool, 'work');
  process.kill(third.pid, 'SIGKILL');
  await sleep(100);
  t.not((await run(pool, 'work')).pid, third.pid, 'one that died while idle costs nothing');
  await pool.close();
});

test.serial('errors keep their kind, code, stack and causes across the border', async (t) => {
  const pool = processPool(module, 1, init);
  const error = await t.throwsAsync(run(pool, 'fail'), { name: 'StageError', message: 'readTar: timed out' });
  const cause = findCause(error, (entry): entry is Error => entry instanceof Error && entry.name === 'StoreError');
  t.like(cause, { message: 'timed out', code: 'transient' });
  t.regex(cause?.stack ?? '', /at somewhere/);
  await t.throwsAsync(run(pool, 'budget'), { instanceOf: BudgetError, message: 'too many' });
  await pool.close();
});

test.serial('a stop reaches a lane at work, and a lane that is not begun', async (t) => {
  const pool = processPool(module, 1, init);
  const stop = new AbortController();
  const waiting = run(pool, 'wait', 0, stop.signal);
  await sleep(50);
  stop.abort();
  await t.throwsAsync(waiting, { instanceOf: StoppedError });
  await t.throwsAsync(run(pool, 'work', 0, stop.signal), { instanceOf: StoppedError });
  t.is((await run(pool, 'work')).lane, 0, 'the process goes on');
  await pool.close();
});

test.serial('a pool listens once for the end of this process, however many lanes it has', async (t) => {
  const before = process.listenerCount('exit');
  const pool = processPool(module, 3, init);
  await Promise.all([0, 1, 2].map((index) => run(pool, 'work', index)));
  t.is(process.listenerCount('exit'), before + 1);
  await pool.close();
  t.is(process.listenerCount('exit'), before);
});
