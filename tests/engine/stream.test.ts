/** Streams: the same steps on any number of ranks, resumed exactly. Elasticity over random graphs is in properties.test.ts; here is the whole way, over tar shards. */
import test from 'ava';
import { setTimeout as later } from 'node:timers/promises';
import { mergeCheckpoints, type Checkpoint } from '../../engine/checkpoint.js';
import { keep } from '../../engine/keep.js';
import { pipelineFloor } from '../../engine/lockstep.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import { openStream } from '../../engine/stream.js';
import { windowed } from '../../engine/windowed.js';
import { counterRandom } from '../../kernels/random.js';
import { batch } from '../../operators/flow/batch.js';
import { shuffle } from '../../operators/flow/shuffle.js';
import { repeat } from '../../sources/repeat.js';
import everything from '../helpers/recipes/everything.js';
import { captionStores, world } from '../helpers/streams.js';
import { testSource, type TestSample } from '../helpers/testSource.js';
import { noStores } from '../helpers/lanes.js';

const WORLDS = [1, 2, 4, 8, 16];
const SHARDS = { web: [37, 12, 41, 25, 30, 18, 33], more: [29, 44, 17] };
const recipe = (): Pipeline => everything.build({ in: 'memory://web/{0..6}.tar', more: 'memory://more/{0..2}.tar', epochs: 3, delays: 0 });
const random = (seed: number): (() => number) => {
  const drawn = counterRandom('delays', seed);
  return () => drawn.integer(0, 999_999) / 1e6;
};

test('the samples and the drops of every step are the same on 1, 2, 4, 8 and 16 ranks, with random delays and the smallest budgets', async (t) => {
  const one = await world(recipe, { stores: await captionStores(SHARDS) });
  t.true(one.steps.length > 8, `${one.steps.length} steps`);
  t.true(one.dropped.flat().some((text) => text.includes('not too short')) && one.dropped.flat().some((text) => text.includes('duplicate')), 'filter and dedupe had work');
  t.true(one.steps.flat().some((text) => text.includes(',')), 'so had the packing window');
  for (const [index, ranks] of WORLDS.entries()) {
    const floor = (pipelineFloor(recipe(), 16).perLane * 16) / ranks;
    const other = await world(recipe, { ranks, stores: await captionStores(SHARDS, random(index)), budget: index % 2 === 0 ? floor : floor * 3 });
    t.deepEqual(other.steps, one.steps, `${ranks} ranks`);
    t.deepEqual(other.dropped, one.dropped, `${ranks} ranks`);
    t.deepEqual(other.checkpoints, one.checkpoints, `${ranks} ranks: the checkpoints, byte for byte`);
  }
});

test('a checkpoint at any step of any world, resumed under any other, continues it', async (t) => {
  const stores = await captionStores(SHARDS);
  const one = await world(recipe, { stores });
  const pairs = [[1, 16], [16, 1], [2, 4], [4, 2], [8, 1], [1, 2]] as const;
  for (let at = 1; at <= one.steps.length; at += 1) {
    const [before, after] = pairs[at % pairs.length] as readonly [number, number];
    const { checkpoints } = await world(recipe, { ranks: before, stores, steps: at });
    const rest = await world(recipe, { ranks: after, stores, from: checkpoints.get(at) });
    t.deepEqual(rest.steps, one.steps.slice(at), `made at ${at} on ${before}, resumed on ${after}`);
    t.deepEqual(rest.dropped, one.dropped.slice(at), `made at ${at} on ${before}, resumed on ${after}`);
  }
});

test('resumed twice from one checkpoint: the same twice; a second checkpoint advances; every step of a chain of resumes is there once', async (t) => {
  const stores = await captionStores(SHARDS);
  const one = await world(recipe, { stores });
  const { checkpoints } = await world(recipe, { stores, steps: 2 });
  const first = await world(recipe, { stores, from: checkpoints.get(2), steps: 3 });
  t.deepEqual(await world(recipe, { stores, from: checkpoints.get(2), steps: 3, ranks: 4 }), first);

  const chained: (readonly string[])[] = [];
  const steps: number[] = [];
  let from: Checkpoint | undefined;
  for (let hop = 0; chained.length < one.steps.length; hop += 1) {
    const part = await world(recipe, { stores, ranks: WORLDS[hop % 5] as number, steps: 1 + (hop % 2), ...(from === undefined ? {} : { from }) });
    chained.push(...part.steps);
    from = [...part.checkpoints.values()].at(-1) as Checkpoint;
    steps.push(from.step);
  }
  t.deepEqual(chained, one.steps.map((step) => [...step]));
  t.deepEqual(steps, [...new Set(steps)].toSorted((a, b) => a - b), 'every checkpoint is later than the one before');
  t.deepEqual(from?.lineage, steps.slice(0, -1), 'the lineage names every resume');
});

test('resumed across the end of an epoch, and the next epoch is not stuck: lanes go on through three orders of the same samples', async (t) => {
  const make = (): Pipeline => pipeline(repeat(testSource({ extents: 4, records: 5 }), 3), batch({ size: 4 }));
  const all = await world(make, { lanes: 2 });
  t.is(all.steps.flat().length, 60);
  for (const [step, checkpoint] of all.checkpoints) {
    const rest = await world(make, { lanes: 2, from: checkpoint, ranks: 1 + (step % 2) });
    t.deepEqual(rest.steps, all.steps.slice(step), `after step ${step}`);
  }
});

test('an endless stream goes on; each epoch has every sample once', async (t) => {
  const make = (): Pipeline => pipeline(repeat(testSource({ extents: 3, records: 4 })), batch({ size: 3 }));
  const part = await world(make, { lanes: 3, steps: 40 });
  t.is(part.steps.length, 40);
  for (let epoch = 0; epoch < 10; epoch += 1) t.is(new Set(part.steps.flat().filter((text) => text.endsWith(`\u0000${epoch}`))).size, 12, `epoch ${epoch}`);
});

test('an endless stream over an empty input says so instead of hanging', async (t) => {
  const make = (): Pipeline => pipeline(repeat(testSource({ extents: 3, records: 0 })), batch({ size: 3 }));
  await t.throwsAsync(world(make, { lanes: 3 }), { name: 'StageError', message: /no record in 1000 epochs; the input is empty/ });
});

test('resumed after a filter that drops long stretches: nothing comes again and nothing is lost', async (t) => {
  const make = (): Pipeline =>
    pipeline(
      repeat(testSource({ extents: 4, records: 400 }), 2),
      keep<TestSample>('one in a hundred', ({ value }) => value % 100 === 57),
      shuffle({ window: 6, maxBytes: 1000 }),
      batch({ size: 2 }),
    );
  const all = await world(make, { lanes: 2 });
  t.is(all.steps.flat().length, 32);
  for (const [step, checkpoint] of all.checkpoints) {
    const rest = await world(make, { lanes: 2, from: checkpoint, ranks: 2 });
    t.deepEqual(rest.steps, all.steps.slice(step));
    t.deepEqual(rest.dropped, all.dropped.slice(step), `after step ${step}: each dropped sample in its step`);
  }
  t.is(all.dropped.flat().length, 3200 - 32);
});

test('resumed in the middle of a window, and of a window of windows', async (t) => {
  const make = (): Pipeline =>
    pipeline(
      testSource({ extents: 2, records: 50, faulty: (value) => value % 13 === 4 }),
      shuffle({ window: 14, maxBytes: 10_000 }),
      windowed<TestSample, TestSample>('turned', (samples) => samples.toReversed(), { samples: 5, maxBytes: 10_000 }),
      batch({ size: 2 }),
    );
  const all = await world(make, { lanes: 2 });
  let inside = 0;
  for (const [step, checkpoint] of all.checkpoints) {
    inside += checkpoint.cursors.filter((cursor) => cursor.length === 3).length;
    t.deepEqual((await world(make, { lanes: 2, from: checkpoint })).steps, all.steps.slice(step), `after step ${step}`);
  }
  t.true(inside > 10, `${inside} cursors stood in both windows`);
});

test('fewer shards than lanes: strides give every sample once; more shards than lanes: each shard once', async (t) => {
  for (const [extents, lanes] of [[1, 4], [3, 4], [3, 8], [4, 4], [9, 4]] as const) {
    const make = (): Pipeline => pipeline(repeat(testSource({ extents, records: (extent) => 7 + extent }), 2), batch({ size: lanes }));
    const { steps } = await world(make, { lanes, ranks: lanes / 2 });
    const total = 2 * Array.from({ length: extents }, (_, extent) => 7 + extent).reduce((sum, records) => sum + records, 0);
    t.is(steps.flat().length, total, `${extents} shards in ${lanes} lanes`);
    t.is(new Set(steps.flat()).size, total, `${extents} shards in ${lanes} lanes`);
    t.deepEqual((await world(make, { lanes })).steps, steps);
  }
});

test('lanes that end at different steps: ranks that ended early keep every later checkpoint whole', async (t) => {
  const make = (): Pipeline => pipeline(testSource({ extents: 4, records: (extent) => [3, 20, 1, 11][extent] as number }), batch({ size: 4 }));
  const one = await world(make, { lanes: 4 });
  t.is(one.steps.length, 20);
  t.is(one.steps.flat().length, 35);
  for (const ranks of [2, 4]) {
    const other = await world(make, { lanes: 4, ranks });
    t.deepEqual(other.steps, one.steps);
    for (const [step, checkpoint] of other.checkpoints) {
      t.is(checkpoint.step, step);
      for (const after of [1, 4]) t.deepEqual((await world(make, { lanes: 4, ranks: after, from: checkpoint })).steps, one.steps.slice(step), `${ranks} ranks at ${step}, then ${after}`);
    }
  }
});

test('a checkpoint of another recipe, seed or number of lanes is refused with the difference', async (t) => {
  const make = (window: number, size = 4): Pipeline => pipeline(testSource({ extents: 8, records: 9 }), shuffle({ window, maxBytes: 1000 }), batch({ size }));
  const saved = (await world(() => make(8), { lanes: 4, steps: 1 })).checkpoints.get(1);
  const message = async (pipe: Pipeline, options: object): Promise<string> => (await t.throwsAsync(world(() => pipe, { lanes: 4, from: saved, ...options }), { name: 'FingerprintError' }))?.message ?? '';
  t.is(await message(make(8), { seed: 6 }), 'the checkpoint was made by another recipe:\n  seed: was 5, is now 6');
  t.is(await message(make(12), {}), 'the checkpoint was made by another recipe:\n  stage 1 shuffle: was v1 {"maxBytes":1000,"samples":8,"window":8}, is now v1 {"maxBytes":1000,"samples":12,"window":12}');
  t.is(await message(make(8, 8), { lanes: 8 }), 'the checkpoint was made by another recipe:\n  lanes: was 4, is now 8\n  stage 2 batch: was v1 {"size":4}, is now v1 {"size":8}');
  await t.notThrowsAsync(world(() => make(8), { lanes: 4, from: saved, ranks: 2, budget: 5e6 }), 'ranks and budget are no part of it');
});

test('the part of one rank is refused as a checkpoint until it is merged with the others', async (t) => {
  const make = (): Pipeline => pipeline(testSource({ extents: 4, records: 9 }), batch({ size: 4 }));
  const parts = await Promise.all([0, 1].map(async (rank) => {
    const stream = await openStream(make(), { seed: 5, lanes: 4, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e6, rank, ranks: 2 });
    for await (const { step } of stream.steps()) if (step === 2) break;
    t.deepEqual(stream.ownLanes, [rank * 2, rank * 2 + 2]);
    return stream.checkpoint();
  }));
  await t.throwsAsync(world(make, { lanes: 4, from: parts[1] }), { name: 'UsageError', message: 'the checkpoint holds 2 of 4 lanes: merge the parts of all ranks first' });
  t.deepEqual((await world(make, { lanes: 4, from: mergeCheckpoints(parts) })).steps, (await world(make, { lanes: 4 })).steps.slice(3));
});

test('a checkpoint of everything with 16 lanes stays under 4 KiB at every step', async (t) => {
  const { checkpoints } = await world(recipe, { stores: await captionStores(SHARDS) });
  const sizes = [...checkpoints.values()].map((checkpoint) => JSON.stringify({ ...checkpoint, lineage: Array.from({ length: 16 }, (_, index) => 1_000_000 + index) }).length);
  t.true(Math.max(...sizes) < 4096, `${Math.max(...sizes)} bytes`);
});

test('a damaged position stops the run in words, whichever source it belongs to', async (t) => {
  const stores = await captionStores(SHARDS);
  const whole = (await world(recipe, { stores, steps: 1 })).checkpoints.get(1) as Checkpoint;
  for (const position of ['x', 7, [1], [[1, 1], [null], []], [[1, -1], [null, null], []], [[1, 1], [null, null], [2]], [[1, 1], [[2, [0, 0, 0], [0, 0, 0]], null], []], [[1, 1], [[0, [0, 0]], null], []], [[1, 1], [null, [0, 1]], []]]) {
    const damaged = { ...whole, cursors: whole.cursors.map((cursor, lane) => (lane === 3 ? [position, ...cursor.slice(1)] : cursor)) } as unknown as Checkpoint;
    await t.throwsAsync(world(recipe, { stores, from: damaged }), { message: /a damaged checkpoint: not a position of/ }, JSON.stringify(position));
  }
});

test('recipes and sizes that cannot be a stream are refused when it opens', async (t) => {
  const open = (pipe: Pipeline, more: object = {}): Promise<unknown> =>
    openStream(pipe, { seed: 0, lanes: 4, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e6, ...more });
  const source = testSource({ extents: 4, records: 9 });
  await t.throwsAsync(open(pipeline(source)), { name: 'UsageError', message: 'a streaming run needs a recipe that ends in batch({ size })' });
  await t.throwsAsync(open(pipeline(source, batch({ size: 6 }))), { name: 'UsageError', message: /the batch of 6 cannot be shared by 4 lanes/ });
  await t.throwsAsync(open(pipeline(source, batch({ size: 4 })), { ranks: 3 }), { name: 'UsageError', message: '3 ranks cannot share 4 lanes evenly; use a number of ranks that divides 4' });
  await t.throwsAsync(open(pipeline(source, batch({ size: 4 })), { ranks: 8 }), { name: 'UsageError', message: /`ranks` must be an integer from 1 to 4, got 8/ });
  await t.throwsAsync(open(pipeline(source, batch({ size: 4 })), { ranks: 2, rank: 2 }), { name: 'UsageError', message: /`rank` must be an integer from 0 to 1, got 2/ });
  await t.throwsAsync(open(pipeline(source, batch({ size: 4 })), { lanes: 0 }), { name: 'UsageError', message: /`lanes` must be an integer from 1 up, got 0/ });
});

test('a stream that is left early stops its source', async (t) => {
  let reads = 0;
  const make = (): Pipeline => pipeline(repeat(testSource({ extents: 4, records: 9, onRead: () => (reads += 1) })), batch({ size: 4 }));
  await world(make, { lanes: 4, steps: 2 });
  await later(5);
  const then = reads;
  await later(20);
  t.is(reads, then);
});
