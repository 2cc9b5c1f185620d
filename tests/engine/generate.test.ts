import test from 'ava';
import { BudgetError, LawError, StoppedError, UsageError } from '../../engine/errors.js';
import { extentsOfPart, generate, planGeneration, sinkOf, type GenerationResult } from '../../engine/generate.js';
import { laneRunner } from '../../engine/laneRunner.js';
import { pipeline } from '../../engine/pipeline.js';
import { bytes, utf8 } from '../../formats/fields.js';
import { readTar } from '../../sources/readTar.js';
import { memoryStore } from '../../storage/memoryStore.js';
import { StoreError, type ObjectStore } from '../../storage/objectStore.js';
import { copyPipeline, inputStore, OUT, pass, runGeneration } from '../helpers/generation.js';
import { comparedObjects, mixedKinds } from '../helpers/shards.js';
import { testSource } from '../helpers/testSource.js';
import { wrapStore } from '../helpers/wrapStore.js';

const signal = new AbortController().signal;
const marks = async (output: ObjectStore): Promise<string[]> => Object.keys(await comparedObjects(output, OUT)).filter((name) => name.endsWith('_stats.json'));

test('sums up what the marks say, fresh and reused alike', async (t) => {
  const input = await inputStore([7, 4, 5], { kind: mixedKinds });
  const output = memoryStore();
  const seen: [number, boolean][] = [];
  const first = await runGeneration(copyPipeline(), { input, output, onLane: ({ lanesDone, reused }) => void seen.push([lanesDone, reused]) });
  t.deepEqual(first.totals, { planned: 16, delivered: 11, filtered: 3, quarantined: 2, expanded: 0, remainder: 0, missing: 0, duplicates: 0 });
  t.deepEqual(first.lanes, { total: 3, done: 3, reused: 0 });
  t.deepEqual(first.outputs.map((part) => part.url), ['00000.tar', '00001.tar', '00002.tar'].map((name) => `${OUT}${name}`));
  t.deepEqual(first.reasons, { 'keep: has caption': 3, 'readTar: field-missing': 2 });
  t.true(first.peakInFlightBytes > 0);
  t.deepEqual(seen, [[1, false], [2, false], [3, false]]);
  const second = await runGeneration(copyPipeline(), { input, output });
  t.deepEqual({ ...second, lanes: first.lanes, peakInFlightBytes: first.peakInFlightBytes }, first);
  t.deepEqual(second.lanes, { total: 3, done: 3, reused: 3 });
});

test('parts in any order make the whole; only the last one tidies', async (t) => {
  const input = await inputStore([3, 4, 5, 2, 6], { kind: mixedKinds });
  const whole = memoryStore();
  await runGeneration(copyPipeline(), { input, output: whole });
  for (const order of [[0, 1, 2], [2, 0, 1]]) {
    const output = memoryStore();
    const claims = async (): Promise<number> => {
      let count = 0;
      for await (const _ of output.list(`${OUT}_millrace/claims/`)) count += 1;
      return count;
    };
    let done = 0;
    for (const index of order) {
      const result = await runGeneration(copyPipeline(), { input, output, part: { index, of: 3 } });
      t.is(result.outcome, 'complete');
      done += result.lanes.total;
      t.is(await claims(), done === 5 ? 0 : done);
    }
    t.is(done, 5);
    t.deepEqual(await comparedObjects(output, OUT), await comparedObjects(whole, OUT));
  }
  const empty = await runGeneration(copyPipeline(), { input, output: memoryStore(), part: { index: 6, of: 7 } });
  t.like(empty, { outcome: 'complete', lanes: { total: 0, done: 0 } });
  t.deepEqual(extentsOfPart([0, 1, 2, 3, 4].map((index) => ({ index, shard: '', bytes: 0, etag: '' })), { index: 1, of: 3 }).map((extent) => extent.index), [1, 4]);
});

test('a limit cuts the last shard, and another limit is another work', async (t) => {
  const input = await inputStore([3, 4, 5]);
  const output = memoryStore();
  const result = await runGeneration(copyPipeline(), { input, output, limit: 5 });
  t.like(result, { lanes: { total: 2 }, totals: { planned: 5, delivered: 5 } });
  await t.throwsAsync(runGeneration(copyPipeline(), { input, output, limit: 6 }), { instanceOf: UsageError, message: /inputs: was/ });
});

test('budgets: a count at once, a share at the end or after a thousand, judged on reused lanes too', async (t) => {
  const input = await inputStore([9, 9, 9, 9], { kind: (n) => (n % 3 === 0 ? 'no-text' : 'good') });
  const output = memoryStore();
  let soFar: GenerationResult | undefined;
  const run = (badSampleBudget: { count: number } | { rate: number }): Promise<GenerationResult> =>
    runGeneration(copyPipeline(), { input, output, badSampleBudget, onFailure: (result) => (soFar = result) });
  await t.throwsAsync(run({ count: 5 }), { instanceOf: BudgetError, message: '6 of 18 committed samples were refused, more than the budget of 5: readTar: field-missing (6)' });
  t.like(soFar, { outcome: 'failed', lanes: { done: 2, total: 4 }, totals: { quarantined: 6 } });
  t.is((await marks(output)).length, 2, 'what is done is kept');
  await t.throwsAsync(run({ count: 5 }), { instanceOf: BudgetError });
  t.is((await marks(output)).length, 2, 'and a second try does no more');
  await t.throwsAsync(run({ rate: 0.33 }), { instanceOf: BudgetError, message: /^12 of 36 .* more than the budget of 33 %/ });
  t.is((await marks(output)).length, 4, 'a share is judged at the end');
  t.is((await run({ rate: 0.34 })).outcome, 'complete');
  t.is((await run({ count: 12 })).outcome, 'complete');
});

test('a stop keeps what is done, and the next run does the rest', async (t) => {
  const input = await inputStore([3, 3, 3, 3]);
  const output = memoryStore();
  const stop = new AbortController();
  const result = await runGeneration(copyPipeline(), { input, output, signal: stop.signal, onLane: ({ lanesDone }) => void (lanesDone === 2 && stop.abort(new StoppedError('enough'))) });
  t.like(result, { outcome: 'stopped', lanes: { done: 2, total: 4 } });
  t.is((await marks(output)).length, 2);
  t.like(await runGeneration(copyPipeline(), { input, output }), { outcome: 'complete', lanes: { reused: 2, done: 4 } });
  const early = await runGeneration(copyPipeline(), { input, output: memoryStore(), signal: AbortSignal.abort() }).catch((error: Error) => error);
  t.like(early, { outcome: 'stopped', lanes: { done: 0 } });
});

test('lanes that end as stopped, though nobody stopped the run, are no success', async (t) => {
  const input = await inputStore([2, 2]);
  const output = memoryStore();
  const stores = (url: string): ObjectStore => (url.startsWith(OUT) ? output : input);
  const pipe = copyPipeline();
  const plan = await planGeneration(pipe, { seed: 0, stores, signal });
  const executor = { concurrency: 2, run: () => Promise.reject(new StoppedError('somebody signalled only the lane')) };
  await t.throwsAsync(generate(pipe, plan, executor, { seed: 0, stores, signal }), { instanceOf: LawError, message: /^2 lanes ended without a receipt/ });
});

test('attempts: passing faults are tried again with growing waits, others are not; the last one is told', async (t) => {
  const input = await inputStore([2]);
  const stores = (output: ObjectStore) => (url: string) => (url.startsWith(OUT) ? output : input);
  const pipe = copyPipeline();
  const run = async (faults: Error[]): Promise<{ attempts: number; waits: number[]; outcome: unknown }> => {
    const output = memoryStore();
    const plan = await planGeneration(pipe, { seed: 0, stores: stores(output), signal });
    const runner = laneRunner(pipe, { seed: 0, stores: stores(output), maxInFlightBytes: 1e9, onBadSample: 'skip' });
    let attempts = 0;
    const waits: number[] = [];
    const executor = {
      concurrency: 1,
      run: async (...args: Parameters<typeof runner.run>) => {
        attempts += 1;
        const fault = faults.shift();
        if (fault !== undefined) throw fault;
        return runner.run(...args);
      },
    };
    const options = { seed: 0, stores: stores(output), signal, backoffMs: (attempt: number) => (waits.push(attempt), 0) };
    const outcome = await generate(pipe, plan, executor, options).then((result) => result.outcome, (error: Error) => error.message);
    return { attempts, waits, outcome };
  };
  const timeout = (): Error => new Error('readTar: timed out', { cause: new StoreError('transient', 'memory://in/00000.tar', 'timed out') });
  t.deepEqual(await run([]), { attempts: 1, waits: [], outcome: 'complete' });
  t.deepEqual(await run([timeout(), timeout()]), { attempts: 3, waits: [0, 1], outcome: 'complete' });
  t.deepEqual(await run([timeout(), timeout(), timeout()]), { attempts: 3, waits: [0, 1], outcome: 'lane 0 (memory://in/00000.tar) failed 3 times; the last time: readTar: timed out' });
  t.deepEqual(await run([new StoreError('full', 'x', 'no space')]), { attempts: 1, waits: [], outcome: 'no space' });
  t.deepEqual(await run([Object.assign(new Error('died'), { code: 'worker-died' })]), { attempts: 2, waits: [0], outcome: 'complete' });
});

test('an error of one lane stops the others, and is the one that is told', async (t) => {
  const input = await inputStore([2, 2, 2, 2]);
  const output = memoryStore();
  const stores = (url: string): ObjectStore => (url.startsWith(OUT) ? output : input);
  const pipe = copyPipeline();
  const plan = await planGeneration(pipe, { seed: 0, stores, signal });
  const executor = {
    concurrency: 3,
    run: (extent: { index: number }, stop: AbortSignal) =>
      new Promise<never>((_, reject) => {
        if (extent.index === 1) setTimeout(() => reject(new Error('lane 1 broke')), 5);
        else stop.addEventListener('abort', () => reject(new StoppedError('the run was stopped')), { once: true });
      }),
  };
  await t.throwsAsync(generate(pipe, plan, executor, { seed: 0, stores, signal }), { message: 'lane 1 broke' });
});

test('an input that changes between plan and reading fails the run and says so', async (t) => {
  const input = await inputStore([2, 2]);
  const changing = wrapStore(input, {
    before: async (call) => {
      if (call.name !== 'read' || !call.url.endsWith('00000.tar')) return;
      const copy = await inputStore([3, 3]);
      const writer = await input.openWrite('memory://in/00001.tar');
      for await (const chunk of copy.read('memory://in/00001.tar')) await writer.write(chunk);
      await writer.close();
    },
  });
  const output = memoryStore();
  await t.throwsAsync(runGeneration(copyPipeline(), { input: changing, output }), { message: /memory:\/\/in\/00001\.tar changed while the run was reading it/ });
  t.deepEqual(await marks(output), ['00000_stats.json']);
});

test('plans: a recipe without a sink and an empty input are usage errors', async (t) => {
  const fields = { image: bytes('jpg'), text: utf8('txt') };
  t.throws(() => sinkOf(pipeline(readTar('memory://in/*.tar', { fields }), pass)), { instanceOf: UsageError, message: /ends without a sink/ });
  await t.throwsAsync(planGeneration(pipeline(testSource({ extents: 0, records: 1 })), { seed: 0, stores: () => memoryStore(), signal }), { instanceOf: UsageError, message: 'the input has no shards' });
});
