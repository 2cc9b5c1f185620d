import test from 'ava';
import { array, assert, asyncProperty, constantFrom, integer } from 'fast-check';
import { openLane } from '../../engine/lane.js';
import { keep } from '../../engine/keep.js';
import type { Step } from '../../engine/lockstep.js';
import { Meter } from '../../engine/meter.js';
import { perStep } from '../../engine/perStep.js';
import { padContribution } from '../../engine/padContribution.js';
import { describePipeline, pipeline, type Pipeline } from '../../engine/pipeline.js';
import { originText, type Sample } from '../../engine/sample.js';
import type { LaneStepTools } from '../../engine/stage.js';
import { openStream } from '../../engine/stream.js';
import { waitingLines, type Waiting } from '../../engine/waiting.js';
import { kernel } from '../../engine/workers/kernel.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { batch } from '../../operators/flow/batch.js';
import { shuffle } from '../../operators/flow/shuffle.js';
import { repeat } from '../../sources/repeat.js';
import type { double } from '../helpers/kernels.js';
import { noStores } from '../helpers/lanes.js';
import { samplesOf, stepsOf, streamOf } from '../helpers/stepsOf.js';
import { world } from '../helpers/streams.js';
import { testSource, type TestSample } from '../helpers/testSource.js';

const LANES = 4;
const doubled = kernel<typeof double>(new URL('../helpers/kernels.ts', import.meta.url), 'double');

/** Filters and a window before; behind `batch` a kernel, draws of the step and of the lane, partners, and a second stage that needs the first's field. */
const recipe = (): Pipeline =>
  pipeline(
    repeat(testSource({ extents: 4, records: (extent) => [11, 9, 14, 6][extent] as number, faulty: (value) => value % 9 === 4 }), 2),
    keep<TestSample>('not a multiple of five', ({ value }) => value % 5 !== 0),
    shuffle({ window: 12, maxBytes: 1e6 }),
    batch({ size: 12 }),
    perStep('noise', async (samples, { run, random, lane, step }) => {
      const [all, own] = [random().uniform(), random(lane).uniform()];
      const values = await run(doubled, Float32Array.from(samples, ({ value }) => value));
      return samples.map((_, place) => ({ noise: [step, all, own, values[place], values[(place + 1) % samples.length]] }));
    }),
    perStep('mean', (samples) => samples.map(({ noise }) => ({ mean: noise.reduce<number>((sum, value) => sum + (value ?? 0), 0) / 5 }))),
  );

interface Noisy extends Sample {
  readonly noise: readonly [step: number, all: number, own: number, value: number, next: number];
  readonly mean: number;
}

/** The steps of all ranks of a world, each as the texts of its samples; resumed at `from`. */
async function noisySteps(ranks: number, workers = 0, from = 0): Promise<Noisy[][]> {
  const checkpoint = from === 0 ? undefined : (await world(recipe, { lanes: LANES, ranks: 2, steps: from })).checkpoints.get(from);
  const steps: Noisy[][] = [];
  for (let rank = 0; rank < ranks; rank += 1) {
    const stream = await openStream(recipe(), { seed: 5, lanes: LANES, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e9, rank, ranks, workers });
    for await (const step of stream.steps(checkpoint)) (steps[step.step - from] ??= []).push(...samplesOf<Noisy>(step));
  }
  return steps;
}
const texts = (steps: readonly (readonly Noisy[])[]): string[] => steps.map((samples) => samples.map(({ origin, noise, mean }) => `${originText(origin)} ${noise.join(' ')} ${mean}`).join('\n'));

test('the same steps, value for value, for any number of ranks and workers', async (t) => {
  const one = await noisySteps(1);
  t.true(one.length > 4);
  for (const [ranks, workers] of [[1, 2], [2, 0], [4, 1]] as const) t.deepEqual(texts(await noisySteps(ranks, workers)), texts(one), `${ranks} ranks, ${workers} workers`);
});

test('resumed at any step under any world, it draws what it would have drawn', async (t) => {
  const one = await noisySteps(1);
  for (let at = 1; at < one.length; at += 1) {
    const ranks = [1, 2, 4][at % 3] as number;
    t.deepEqual(texts(await noisySteps(ranks, 0, at)), texts(one.slice(at)), `at ${at} on ${ranks} ranks`);
  }
});

test('random() is one draw a step for all lanes, random(lane) one a lane; both are new in every step', async (t) => {
  const steps = await noisySteps(1);
  for (const samples of steps) t.is(new Set(samples.map(({ noise }) => noise[1])).size, 1);
  t.is(new Set(steps.flat().map(({ noise }) => noise[1])).size, steps.length);
  t.is(new Set((steps[0] as Noisy[]).map(({ noise }) => noise[2])).size, LANES);
  t.deepEqual(steps.map((samples) => samples[0]?.noise[0]), steps.map((_, step) => step));
});

test('kernels, filters, accounting: the samples, drops and checkpoints are those of the recipe without the stages', async (t) => {
  const whole = recipe();
  const plain = { ...whole, stages: whole.stages.filter(({ options }) => options?.arity !== 'step') };
  const [with_, without] = [await world(recipe, { lanes: LANES, ranks: 2 }), await world(() => plain, { lanes: LANES })];
  t.deepEqual(with_.steps, without.steps);
  t.deepEqual(with_.dropped, without.dropped);
  t.deepEqual([...with_.checkpoints.values()].map(({ cursors }) => cursors), [...without.checkpoints.values()].map(({ cursors }) => cursors));
});

test('a property: any shares, any ranks, and draws that depend on all samples of the lane', async (t) => {
  await assert(
    asyncProperty(constantFrom(1, 2, 4), integer({ min: 1, max: 3 }), array(integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 }), integer({ min: 0, max: 99 }), async (ranks, perLane, counts, seed) => {
      const make = (): Pipeline =>
        pipeline(
          testSource({ extents: 4, records: (extent) => counts[extent] as number }),
          batch({ size: perLane * LANES }),
          perStep('order', (samples, { random }) => random().shuffle(samples).map(({ value }) => ({ other: value }))),
        );
      const run = async (of: number): Promise<string[]> => {
        const steps: string[][] = [];
        for (let rank = 0; rank < of; rank += 1) {
          const stream = await openStream(make(), { seed, lanes: LANES, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e9, rank, ranks: of });
          for await (const step of stream.steps()) {
            const found = samplesOf<TestSample & { other: number }>(step);
            for (const { samples } of step.contributions as readonly { samples: readonly unknown[] }[]) {
              const pairs = samples as readonly (TestSample & { other: number })[];
              if (pairs.map(({ value }) => value).toSorted().join() !== pairs.map(({ other }) => other).toSorted().join()) throw new Error('a partner of another lane');
            }
            (steps[step.step] ??= []).push(...found.map(({ value, other }) => `${value} ${other}`));
          }
        }
        return steps.map((step) => step.join());
      };
      t.deepEqual(await run(ranks), await run(1));
    }),
    { numRuns: 25, seed: 11 },
  );
});

const values = Array.from({ length: 7 }, (_, value) => ({ value }));
type Valued = Sample & { readonly value: number };
const stageOf = (work: (samples: readonly Valued[], tools: LaneStepTools) => readonly object[] | Promise<readonly object[]>) => perStep<Valued, object>('odd', work);

test('a stage that loses, adds or swaps samples breaks the law, and the run stops', async (t) => {
  const refused = async (work: Parameters<typeof stageOf>[0], message: RegExp): Promise<unknown> => t.throwsAsync(stepsOf(values, stageOf(work), { size: 4 }), { name: 'LawError', message });
  await refused((samples) => samples.slice(1), /^odd at step 0, lane 0: gave 3 entries for 4 samples; after `batch` every sample stays/);
  await refused((samples) => [...samples, {}], /gave 5 entries for 4 samples/);
  await refused((samples) => samples.toReversed(), /changed who memory#0 \(key 0\) is/);
  await refused((samples) => samples.map(({ origin }) => ({ origin: { ...origin } })), /changed who/);
  await refused((samples, { step }) => samples.map(() => (step === 1 ? { members: [] } : {})), /^odd at step 1, lane 0: changed who memory#4/);
});

test('whole samples may be returned, in their order', async (t) => {
  const steps = await stepsOf(values, stageOf((samples) => samples.map((sample) => ({ ...sample, value: sample.value * 10 }))), { size: 4 });
  t.deepEqual(steps.flatMap((step) => samplesOf<Valued>(step).map(({ value }) => value)), [0, 10, 20, 30, 40, 50, 60]);
});

test('an error says which stage, step and lane; a sample cannot be refused any more', async (t) => {
  const failing = (error: Error) => stageOf(async (samples, { step }) => {
    if (step === 1) throw error;
    return samples.map(() => ({}));
  });
  await t.throwsAsync(stepsOf(values, failing(new TypeError('not so')), { size: 4 }), { name: 'StageError', message: 'odd at step 1, lane 0: not so' });
  await t.throwsAsync(stepsOf(values, failing(new SampleFault('test-bad', 'bad')), { size: 4 }), { name: 'StageError', message: 'odd at step 1, lane 0: bad' });
});

test('a lane that ends: work gets what is left, never padding and never nothing; padding weighs 0', async (t) => {
  const asked: number[] = [];
  const counted = stageOf((samples, { lane }) => {
    asked[lane] = (asked[lane] ?? 0) + samples.length;
    t.true(samples.length > 0);
    return samples.map(({ value }) => ({ others: samples.map((sample) => sample.value), value }));
  });
  const steps: Step[] = await stepsOf(values, counted, { size: 8, lanes: 2 });
  t.deepEqual(asked.toSorted(), [3, 4]);
  t.deepEqual(steps.map(({ contributions }) => contributions.map((entry) => padContribution(entry, 4).weights.join('')).toSorted()), [['1110', '1111']]);
  for (const { contributions } of steps) {
    for (const { samples } of contributions) for (const sample of samples as readonly (Valued & { others?: readonly number[] })[]) t.deepEqual(sample.others, samples.map((other) => (other as Valued).value));
  }
});

test('too small a share is refused when the stream opens', async (t) => {
  const pairs = perStep<Valued, object>('pairs', (samples) => samples.map(() => ({})), { minSamples: 2 });
  await t.throwsAsync(streamOf(values, pairs, { size: 4, lanes: 4 }), { name: 'UsageError', message: 'pairs: needs 2 samples of each lane in a step, and a batch of 4 over 4 lanes has 1: make `size` 8 at least' });
  await t.notThrowsAsync(streamOf(values, pairs, { size: 4, lanes: 2 }));
  t.throws(() => perStep('pairs', () => [], { minSamples: 0 }), { name: 'UsageError', message: /`minSamples` must be an integer from 1 up/ });
});

test('it stands after batch and nowhere else; only its like stand beside it', async (t) => {
  const source = testSource({ extents: 2, records: 3 });
  const loose = pipeline as unknown as (...args: unknown[]) => Pipeline;
  const step = perStep('odd', (samples) => samples.map(() => ({})));
  t.throws(() => loose(source, step, batch({ size: 2 })), { name: 'UsageError', message: 'pipeline: odd works on whole steps, so it stands after batch({ size })' });
  t.throws(() => loose(source, batch({ size: 2 }), shuffle({ window: 2 })), { name: 'UsageError', message: /^pipeline: shuffle stands after batch, where only stages that work on whole steps may stand/ });
  t.throws(() => loose(source, batch({ size: 2 }), step, batch({ size: 2, name: 'again' })), { name: 'UsageError', message: /again stands after batch/ });
  t.throws(() => loose(source, batch({ size: 2 }), step, step), { name: 'UsageError', message: /two stages are called `odd`/ });
  const lane = { seed: 1, info: { index: 0, lanes: 1, extent: undefined }, itinerary: () => undefined, gauge: undefined as never, meter: new Meter(), stores: noStores, signal: new AbortController().signal };
  t.throws(() => openLane({ ...loose(source, batch({ size: 2 }), step), sink: undefined }, { ...lane, gauge: { stages: [] } as never }), { name: 'UsageError', message: 'odd: works on whole steps, so it stands after batch({ size }) in a streaming run' });
});

test('it is printed, and its options are in the fingerprint', async (t) => {
  const of = (options: object) => perStep<Valued, object>('odd', (samples) => samples.map(() => ({})), { options });
  const print = async (options: object): Promise<string | undefined> => (await streamOf(values, of(options))).fingerprint.lines['stage 2 odd'];
  t.is(await print({ alpha: 1 }), 'v1 {"alpha":1}');
  t.deepEqual(describePipeline(recipe()).slice(-2), ['noise [step] {}', 'mean [step] {}']);
  const { checkpoints } = await world(recipe, { lanes: LANES, steps: 1 });
  const other = (): Pipeline => pipeline(testSource({ extents: 4, records: 9 }), batch({ size: 12 }));
  await t.throwsAsync(world(other, { lanes: LANES, from: checkpoints.get(1) }), { name: 'FingerprintError' });
});

test('a hang behind batch is explained, and what it works on is metered', async (t) => {
  const stuck = stageOf((samples, { step }) => (step === 1 ? new Promise(() => {}) : samples.map(() => ({}))));
  const stream = await streamOf(values, stuck, { size: 4 });
  const steps = stream.steps();
  await steps.next();
  void steps.next();
  await new Promise((resolve) => setTimeout(resolve, 30));
  t.regex(waitingLines(stream.waiting() as Waiting)[0] as string, /^step 1 waits for lane 0: odd has worked on step 1, lane 0 for \d+\.\d s$/);

  const meter = new Meter();
  const pipe = recipe();
  for await (const _ of (await openStream(pipe, { seed: 5, lanes: LANES, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e9, meter })).steps());
  t.like(meter.stage('noise'), { in: meter.stage('batch').out, out: meter.stage('batch').out });
  t.true(meter.stage('noise').in > 20);
});
