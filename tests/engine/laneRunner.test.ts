import test from 'ava';
import { BudgetError, StageError, StoppedError, UsageError } from '../../engine/errors.js';
import { laneRunner } from '../../engine/laneRunner.js';
import { mapAsync } from '../../engine/mapAsync.js';
import type { Extent } from '../../engine/source.js';
import { stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import { memoryStore } from '../../storage/memoryStore.js';
import type { ObjectStore } from '../../storage/objectStore.js';
import { copyPipeline, inputStore, OUT, type PairSample, type PairStage } from '../helpers/generation.js';
import { comparedObjects, mixedKinds } from '../helpers/shards.js';

const signal = new AbortController().signal;

async function open(work?: PairStage, onBadSample: 'skip' | 'stop' = 'skip') {
  const input = await inputStore([8], { kind: mixedKinds });
  const output = memoryStore();
  const stores = (url: string): ObjectStore => (url.startsWith(OUT) ? output : input);
  const pipe = copyPipeline(work === undefined ? {} : { work });
  const [extent] = (await pipe.source.plan({ stores, signal })) as [Extent];
  return { output, extent, runner: laneRunner(pipe, { seed: 0, stores, maxInFlightBytes: 2 ** 20, onBadSample }) };
}

const slow = (began: () => void = () => {}): PairStage =>
  mapAsync<PairSample, object>('work', async () => {
    began();
    await new Promise((resolve) => setTimeout(resolve, 5));
    return {};
  }, { concurrency: 1 }) as unknown as PairStage;

test('a lane gives its receipt, and a second run of it finds its own mark', async (t) => {
  const { output, extent, runner } = await open();
  const { receipt, peakInFlightBytes } = await runner.run(extent, signal);
  t.like(receipt, { lane: 0, planned: 8, counts: { delivered: 5, filtered: 1, quarantined: 2 } });
  t.true(peakInFlightBytes > 0);
  const before = await comparedObjects(output, OUT);
  t.deepEqual((await runner.run(extent, signal)).receipt, receipt);
  t.deepEqual(await comparedObjects(output, OUT), before);
  t.like(runner.meter.snapshot().stages.writeTar, { in: 10 });
  await runner.close();
});

test('the policy to stop names stage, shard, key, byte and code of the first bad sample', async (t) => {
  const { output, extent, runner } = await open(slow(), 'stop');
  await t.throwsAsync(runner.run(extent, signal), {
    instanceOf: BudgetError,
    message: /^readTar refused memory:\/\/in\/00000\.tar#4 \(key s0r4, byte \d+\): field-missing: no \.txt for `text`; the record has \.jpg; the policy is to stop at the first bad sample$/,
  });
  t.deepEqual(await comparedObjects(output, OUT), {});
});

test('a stop in the middle ends the lane as stopped, without a mark', async (t) => {
  const stop = new AbortController();
  const { output, extent, runner } = await open(slow(() => stop.abort()));
  await t.throwsAsync(runner.run(extent, stop.signal), { instanceOf: StoppedError });
  t.deepEqual(await comparedObjects(output, OUT), {});
  await t.throwsAsync(runner.run(extent, AbortSignal.abort()), { instanceOf: StoppedError });
  await runner.run(extent, signal);
});

test('an error in a stage says where it happened', async (t) => {
  const broken = mapAsync<PairSample, object>('work', async (sample) => {
    if (sample.origin.record === 3) throw new Error('out of order');
    return {};
  }) as unknown as PairStage;
  const { extent, runner } = await open(broken);
  await t.throwsAsync(runner.run(extent, signal), { instanceOf: StageError, message: 'work at memory://in/00000.tar#3 (key s0r3): out of order' });
});

test('floors above the budget are refused when the runner is made', (t) => {
  const work = windowed<PairSample, PairSample>('work', (samples) => samples, { samples: 10, maxBytes: 2 ** 30 });
  const options = { seed: 0, stores: () => memoryStore(), maxInFlightBytes: 2 ** 20, onBadSample: 'skip' } as const;
  t.throws(() => laneRunner(copyPipeline({ work }), options), { instanceOf: UsageError });
});

test('close frees every stage once', async (t) => {
  let closed = 0;
  const work = stage<PairSample, PairSample>({ name: 'work', arity: 'one', connect: () => (source) => source, close: async () => void (closed += 1) });
  const { runner } = await open(work);
  await runner.close();
  t.is(closed, 1);
});
