import test from 'ava';
import { StoppedError } from '../../engine/errors.js';
import type { Checkpoint } from '../../engine/checkpoint.js';
import type { Step } from '../../engine/lockstep.js';
import { Meter } from '../../engine/meter.js';
import type { Sample } from '../../engine/sample.js';
import type { Stream } from '../../engine/stream.js';
import type { StepResult, Trainer } from '../../models/train/trainer.js';
import { trainStream, type Trained } from '../../sinks/trainStream.js';

const sample = { key: 'a', origin: { dataset: 'd', shard: 's', record: 0, pass: 0, path: [] }, cursor: { kind: 'source', position: null } } as const satisfies Sample;

/** A stream of `count` steps of two lanes with two samples each; in the last step the second lane has one. */
function streamOf(count: number, before: (step: number) => Promise<void> = async () => {}): Pick<Stream, 'steps' | 'checkpoint' | 'perLane'> {
  let given = 0;
  return {
    perLane: 2,
    checkpoint: () => ({ step: given }) as unknown as Checkpoint,
    async *steps(from) {
      for (let step = from?.step ?? 0; step < count; step += 1) {
        await before(step);
        given = step + 1;
        const lane = (index: number, samples: readonly Sample[]): Step['contributions'][number] => ({ lane: index, samples, dropped: [], cursor: sample.cursor, ended: false });
        yield { step, contributions: [lane(0, [sample, sample]), lane(1, step === count - 1 ? [sample] : [sample, sample])] };
      }
    },
  };
}

/** A trainer that writes down what it is asked, and finishes a step when it is told so, or at once. */
function fakeTrainer(told: string[], { loss = () => 1, wait = async () => {} }: { loss?: (step: number) => number; wait?: () => Promise<void> } = {}): Trainer {
  let steps = 0;
  return {
    parameterCount: 1,
    collate: (samples: readonly unknown[]) => [{ arrays: {}, examples: samples.filter((entry) => entry !== undefined).length }],
    async step(): Promise<StepResult> {
      const step = steps;
      steps += 1;
      told.push(`begin ${step}`);
      await wait();
      told.push(`end ${step}`);
      return { loss: loss(step), learningRate: 0.1 };
    },
  } as unknown as Trainer;
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
const options = (stream: Partial<Stream>, trainer: Trainer, signal = new AbortController().signal) => ({ stream: stream as Stream, trainer, meter: new Meter(), signal });

async function all(run: AsyncIterable<Trained>): Promise<Trained[]> {
  const receipts: Trained[] = [];
  for await (const receipt of run) receipts.push(receipt);
  return receipts;
}

test('every step once, in order, each with the checkpoint behind it; padding does not count', async (t) => {
  const receipts = await all(trainStream(options(streamOf(4), fakeTrainer([]))));
  t.deepEqual(receipts.map(({ step, samples, loss, checkpoint }) => [step, samples, loss, checkpoint.step]), [[0, 4, 1, 1], [1, 4, 1, 2], [2, 4, 1, 3], [3, 3, 1, 4]]);
});

test('the next step is dispatched before this one is finished, but never beyond a boundary', async (t) => {
  const told: string[] = [];
  const run = trainStream({ ...options(streamOf(6), fakeTrainer(told, { wait: settle })), boundary: (step) => step === 2 });
  for await (const { step } of run) told.push(`receipt ${step}`);
  t.true(told.indexOf('begin 1') < told.indexOf('end 0'), told.join(', '));
  t.true(told.indexOf('begin 2') < told.indexOf('receipt 1'), told.join(', '));
  t.true(told.indexOf('receipt 2') < told.indexOf('begin 3'), told.join(', '));
});

test('`steps` ends it, also where it went on behind a checkpoint; nothing further is asked of the stream', async (t) => {
  const asked: number[] = [];
  const stream = streamOf(100, async (step) => void asked.push(step));
  t.deepEqual((await all(trainStream({ ...options(stream, fakeTrainer([])), from: { step: 3 } as unknown as Checkpoint, steps: 6, prefetch: 4 }))).map(({ step }) => step), [3, 4, 5]);
  t.deepEqual(asked, [3, 4, 5]);
  t.deepEqual(await all(trainStream({ ...options(stream, fakeTrainer([])), from: { step: 9 } as unknown as Checkpoint, steps: 6 })), []);
});

test('data that is ready makes no stall; where a stage works meanwhile, the wait is its', async (t) => {
  const meter = new Meter();
  const slow = streamOf(5, async (step) => {
    if (step < 2) return;
    await new Promise((resolve) => setTimeout(resolve, 60));
    meter.stage('slow').busyMs += 60;
    meter.stage('quick').busyMs += 1;
  });
  const receipts = await all(trainStream({ ...options(slow, fakeTrainer([])), meter, prefetch: 1 }));
  for (const { stalls, stallMs, ms } of receipts) {
    t.true(Math.abs(Object.values(stalls).reduce((sum, part) => sum + part, 0) - stallMs) < 1e-6);
    t.true(ms >= 0);
  }
  const waits = receipts.slice(2).map(({ stalls }) => stalls);
  t.true(waits.every(({ slow: share = 0, quick = 0 }) => share > 10 * quick), JSON.stringify(waits));
});

test('a device that works while the next batch is made does not wait', async (t) => {
  const working: (() => void)[] = [];
  const trainer = fakeTrainer([], { wait: () => new Promise((resolve) => working.push(resolve)) });
  // The second batch is ready only after a while, and the device is busy all that time.
  const stream = streamOf(2, async (step) => (step === 1 ? await settle() : undefined));
  const receipts = all(trainStream({ ...options(stream, trainer), prefetch: 1 }));
  while (working.length < 2) await settle();
  for (const finish of working) finish();
  t.is((await receipts)[1]?.stallMs, 0);
});

test('stopped: what was dispatched is told, then StoppedError; the stream is closed', async (t) => {
  const stop = new AbortController();
  const seen: number[] = [];
  let ended = false;
  const run = trainStream({ ...options(streamOf(100), fakeTrainer([]), stop.signal), ended: () => (ended = true) });
  await t.throwsAsync(async () => {
    for await (const { step } of run) {
      seen.push(step);
      if (step === 3) stop.abort(new StoppedError('stop'));
    }
  }, { instanceOf: StoppedError });
  t.true(seen.length <= 6);
  t.deepEqual(seen, seen.map((_, step) => step));
  t.true(ended);
});

test('a loss that is no number, and a trainer or stream that fails: the run ends with it', async (t) => {
  await t.throwsAsync(all(trainStream(options(streamOf(9), fakeTrainer([], { loss: (step) => (step === 2 ? Number.NaN : 1) })))), { message: /the loss of step 2 is NaN/ });
  await t.throwsAsync(all(trainStream(options(streamOf(9), fakeTrainer([], { wait: async () => { throw new Error('the GPU was lost'); } })))), { message: 'the GPU was lost' });
  await t.throwsAsync(all(trainStream(options(streamOf(9, async (step) => { if (step === 4) throw new Error('disk'); }), fakeTrainer([])))), { message: 'disk' });
});
