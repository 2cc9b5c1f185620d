import test from 'ava';
import { keep } from '../../engine/keep.js';
import { mapAsync } from '../../engine/mapAsync.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import { padContribution } from '../../engine/padContribution.js';
import type { Sample } from '../../engine/sample.js';
import { openStream, type Stream } from '../../engine/stream.js';
import { waitingLines, type Waiting } from '../../engine/waiting.js';
import { windowed } from '../../engine/windowed.js';
import { batch } from '../../operators/flow/batch.js';
import { noStores } from '../helpers/lanes.js';
import { testSource, type TestSample } from '../helpers/testSource.js';

const open = (pipe: Pipeline, options: { lanes?: number; rank?: number; ranks?: number; signal?: AbortSignal } = {}): Promise<Stream> =>
  openStream(pipe, { seed: 1, lanes: 4, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e9, ...options });
const stuckAt = (stuck: (sample: TestSample) => boolean): Pipeline =>
  pipeline(
    testSource({ extents: 4, records: 8 }),
    mapAsync<TestSample, object>('slow', (sample) => (stuck(sample) ? new Promise(() => {}) : Promise.resolve({})), { concurrency: 2 }),
    windowed<Sample, Sample>('pairs', (samples) => samples, { samples: 2 }),
    batch({ size: 8 }),
  ) as Pipeline;

async function report(stream: Stream, steps: number): Promise<Waiting> {
  const iterator = stream.steps();
  for (let n = 0; n < steps; n += 1) await iterator.next();
  void iterator.next();
  await new Promise((resolve) => setTimeout(resolve, 60));
  return stream.waiting() as Waiting;
}

test('the first line names step, lane, stage, record and since when; the lanes that are ready are not told', async (t) => {
  const waiting = await report(await open(stuckAt(({ origin }) => origin.record === 5 && origin.shard.endsWith('2'))), 2);
  const lines = waitingLines(waiting);
  t.regex(lines[0] as string, /^step 2 waits for lane \d: slow has worked on \S*2#5 \(key \S+\) for 0\.[0-9] s$/);
  t.regex(lines[1] as string, /MB held, the budget is 1000\.0 MB; 1 of 4 lanes are waited for/);
  t.true(lines.some((line) => /^ {2}lane \d: 0 of 2 samples ready$/.test(line)), lines.join('\n'));
  t.true(lines.some((line) => line.startsWith('    pairs: idle, 1 queued')), lines.join('\n'));
});

test('a step that was given and not followed up: the run waits for its consumer', async (t) => {
  const stream = await open(stuckAt(() => false));
  t.is(stream.waiting(), undefined);
  const iterator = stream.steps();
  await iterator.next();
  t.is(waitingLines(stream.waiting() as Waiting)[0], 'step 0 was given, and the next was not asked for: the run waits for its consumer');
  await iterator.return(undefined);
  t.is(stream.waiting(), undefined);
});

test('a rank that waits for the others says so', async (t) => {
  const stream = await open(stuckAt(() => false), { ranks: 2, rank: 0 });
  void stream.steps(undefined, { agree: () => new Promise(() => {}) }).next();
  await new Promise((resolve) => setTimeout(resolve, 60));
  t.is(waitingLines(stream.waiting() as Waiting)[0], 'step 0 is ready here and waits for the other ranks');
});

test('the valve and a silent stage are named as well', (t) => {
  const lane = { lane: 'lane 3', ready: [0, 2] as const, whole: false };
  const run = { what: 'step 7', state: 'making' as const, heldBytes: 30e6, budgetBytes: 20e6 };
  t.is(
    waitingLines({ ...run, lanes: [{ ...lane, stages: [{ stage: 'resize', calls: [], queued: 4, atValve: true }] }] })[0],
    'step 7 waits for lane 3: resize waits for the valve, 30.0 MB held, the budget is 20.0 MB',
  );
  t.regex(waitingLines({ ...run, lanes: [{ ...lane, stages: [] }] })[0] as string, /no stage says what it is doing/);
});

test('finite ends: with `agree` all ranks make the same number of steps, without it each its own', async (t) => {
  const uneven = (): Pipeline => pipeline(testSource({ extents: 4, records: 8 }), keep<TestSample>('few of the last shards', ({ origin }) => /[01]$/.test(origin.shard) || origin.record < 2), batch({ size: 4 })) as Pipeline;
  const counts = async (agreed: boolean): Promise<number[][]> => {
    const streams = await Promise.all([0, 1].map((rank) => open(uneven(), { rank, ranks: 2 })));
    const meetings: { bits: boolean[]; resolve: (any: boolean) => void; any: Promise<boolean> }[] = [];
    const agree = (step: number, has: boolean): Promise<boolean> => {
      let meeting = meetings[step];
      if (meeting === undefined) {
        let resolve: (any: boolean) => void = () => {};
        const any = new Promise<boolean>((settle) => (resolve = settle));
        meetings[step] = meeting = { bits: [], resolve, any };
      }
      meeting.bits.push(has);
      if (meeting.bits.length === 2) meeting.resolve(meeting.bits.includes(true));
      return meeting.any;
    };
    return await Promise.all(
      streams.map(async (stream) => {
        const weights: number[] = [];
        for await (const { step, contributions } of stream.steps(undefined, agreed ? { agree } : {})) {
          t.is(step, weights.length);
          t.is(contributions.length, 2);
          weights.push(contributions.flatMap((entry) => [...padContribution(entry, stream.perLane).weights]).reduce((sum, weight) => sum + weight, 0));
          t.is(stream.checkpoint().step, step + 1);
        }
        return weights;
      }),
    );
  };
  const [alone, together] = [await counts(false), await counts(true)];
  t.not(alone[0]?.length, alone[1]?.length, 'the test needs an uneven end');
  t.is(together[0]?.length, together[1]?.length);
  t.is(together[0]?.length, Math.max(...alone.map(({ length }) => length)));
  const sum = (list: readonly number[][]): number => list.flat().reduce((total, weight) => total + weight, 0);
  t.is(sum(together), sum(alone), 'padding weighs nothing');
});

test('padContribution: samples first, padding after, and more than the share is refused', (t) => {
  const sample = { key: 'a' } as Sample;
  const { samples, weights } = padContribution({ lane: 0, samples: [sample] }, 3);
  t.deepEqual([samples, [...weights]], [[sample, undefined, undefined], [1, 0, 0]]);
  t.throws(() => padContribution({ lane: 2, samples: [sample, sample] }, 1), { instanceOf: RangeError, message: /lane 2 gave 2 samples/ });
});
