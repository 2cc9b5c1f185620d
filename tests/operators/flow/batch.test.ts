import test from 'ava';
import { keep } from '../../../engine/keep.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import { openStream } from '../../../engine/stream.js';
import { batch } from '../../../operators/flow/batch.js';
import { noStores } from '../../helpers/lanes.js';
import { testSource, type TestSample } from '../../helpers/testSource.js';

const make = (size: number): Pipeline => pipeline(testSource({ extents: 4, records: 10 }), keep<TestSample>('not a multiple of three', ({ value }) => value % 3 !== 0), batch({ size }));

async function sizes(size: number, ranks: number, rank: number): Promise<number[][]> {
  const stream = await openStream(make(size), { seed: 1, lanes: 4, stores: noStores, signal: new AbortController().signal, maxInFlightBytes: 1e6, ranks, rank });
  const found: number[][] = [];
  for await (const { contributions } of stream.steps()) found.push(contributions.map(({ samples }) => samples.length));
  return found;
}

test('a step takes size / lanes samples of every lane, on every rank', async (t) => {
  const one = await sizes(8, 1, 0);
  for (const step of one.slice(0, 2)) t.deepEqual(step, [2, 2, 2, 2]);
  t.is(one.flat().reduce((sum, count) => sum + count, 0), 26);
  t.deepEqual((await sizes(8, 4, 3)).slice(0, 2), [[2], [2]]);
  t.deepEqual((await sizes(4, 2, 0))[0], [1, 1]);
});

test('the last step is what is left', async (t) => {
  const steps = await sizes(16, 1, 0);
  t.is(steps.length, 2);
  t.true((steps[1] as number[]).every((count) => count === 2 || count === 3));
});

test('in a stream the size is the whole batch, a multiple of the lanes', async (t) => {
  await t.throwsAsync(sizes(6, 1, 0), { name: 'UsageError', message: 'the batch of 6 cannot be shared by 4 lanes: make `size` a multiple of the recipe\'s lanes' });
  for (const size of [0, 2.5, -4]) t.throws(() => batch({ size }), { name: 'UsageError', message: `batch: \`size\` must be an integer from 1 up, got ${size}` });
});
