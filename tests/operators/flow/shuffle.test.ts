import test from 'ava';
import { deal } from '../../../engine/deal.js';
import { pipeline } from '../../../engine/pipeline.js';
import { isTombstone } from '../../../engine/sample.js';
import { openStream } from '../../../engine/stream.js';
import { batch } from '../../../operators/flow/batch.js';
import { shuffle } from '../../../operators/flow/shuffle.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements, noStores } from '../../helpers/lanes.js';
import { testSource, type TestSample } from '../../helpers/testSource.js';

const signal = new AbortController().signal;

async function values(window: number, { records = 40, lanes = 1, seed = 7, epochs = 1, payloadBytes = 0, maxBytes = 1e6, name = 'shuffle' } = {}): Promise<number[]> {
  const source = testSource({ extents: lanes, records, payloadBytes });
  const itinerary = deal(await source.plan({ stores: noStores, signal }), { lanes, seed, epochs, permute: false })(0);
  const elements = await laneElements(pipeline(source, shuffle<TestSample>({ window, maxBytes, name })), { itinerary, lanes, seed });
  return elements.flatMap((element) => (isTombstone(element) ? [] : [(element as TestSample).value]));
}

test('every sample comes once, within its window; the last window is what is left', async (t) => {
  const found = await values(16);
  t.is(new Set(found).size, 40);
  for (const [place, value] of found.entries()) t.is(Math.floor(place / 16), Math.floor(value / 16));
  t.notDeepEqual(found, found.toSorted((a, b) => a - b));
});

test('a lane holds window / lanes samples, rounded down', async (t) => {
  const found = await values(19, { lanes: 4 });
  for (const [place, value] of found.entries()) t.is(Math.floor(place / 4), Math.floor(value / 4));
});

test('the order is of the seed, the name, the epoch and who the samples are', async (t) => {
  t.deepEqual(await values(16), await values(16));
  t.notDeepEqual(await values(16, { seed: 8 }), await values(16));
  t.notDeepEqual(await values(16, { name: 'again' }), await values(16));
  const two = await values(16, { records: 16, epochs: 2 });
  t.notDeepEqual(two.slice(0, 16), two.slice(16));
});

test('every place is equally likely: chi-square over 4,000 windows of 5', async (t) => {
  const found = await values(5, { records: 20_000 });
  const counts = Array.from({ length: 25 }, () => 0);
  for (const [place, value] of found.entries()) counts[(place % 5) * 5 + (value % 5)]! += 1;
  const chi = counts.reduce((sum, count) => sum + (count - 800) ** 2 / 800, 0);
  t.true(chi < 39.25, `chi-square ${chi.toFixed(1)} with 16 degrees of freedom; 39.25 is passed once in a thousand`);
});

test('a window of bytes closes early', async (t) => {
  const found = await values(1000, { payloadBytes: 1000, maxBytes: 4000 });
  for (const [place, value] of found.entries()) t.true(Math.abs(place - value) < 4);
});

test('a window of 1 leaves the order alone', async (t) => {
  t.deepEqual(await values(1), Array.from({ length: 40 }, (_, value) => value));
});

test('resumes anywhere', async (t) => {
  t.true((await assertResumes(t, () => [shuffle({ window: 9, maxBytes: 1e5 })])) > 15);
});

test('options are checked: at once, and a window smaller than the lanes when the run opens', async (t) => {
  for (const window of [0, 1.5, NaN]) t.throws(() => shuffle({ window }), { name: 'UsageError', message: `shuffle: \`window\` must be an integer from 1 up, got ${window}` });
  const stream = await openStream(pipeline(testSource({ extents: 4, records: 1 }), shuffle<TestSample>({ window: 3 }), batch({ size: 4 })), { seed: 0, lanes: 4, stores: noStores, signal, maxInFlightBytes: 1e9 });
  await t.throwsAsync(async () => await stream.steps().next(), { name: 'UsageError', message: /^shuffle: the `window` of 3 samples cannot be shared by 4 lanes/ });
});
