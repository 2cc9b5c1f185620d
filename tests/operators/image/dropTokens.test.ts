import test from 'ava';
import { deal } from '../../../engine/deal.js';
import { mapSample } from '../../../engine/mapSample.js';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample, Tombstone } from '../../../engine/sample.js';
import { beta, fixed, scheduled } from '../../../kernels/drawDropRate.js';
import type { Patches } from '../../../kernels/patches.js';
import { patchify } from '../../../kernels/patchify.js';
import { dropTokens, type DropAsPlannedOptions, type DropTokensOptions } from '../../../operators/image/dropTokens.js';
import type { Patched } from '../../../operators/image/patchify.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements, noStores } from '../../helpers/lanes.js';
import { testSource, type TestSample } from '../../helpers/testSource.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

/** 24 patches; the second half plain, the first not. */
const patches: Patches = patchify({ width: 16, height: 24, data: Uint8Array.from({ length: 1152 }, (_, at) => (at < 576 ? (at * 37) % 256 : 200)) }, 4);
const placesOf = ({ rows, columns }: Patches): number[] => [...rows].map((row, at) => row * 4 + (columns[at] as number));
const dropped = async (count: number, options: DropTokensOptions): Promise<Patches[]> =>
  samplesOf<Sample & Patched>(await laneElements(pipeline(memorySource(Array.from({ length: count }, () => ({ patches }))), dropTokens(options)), { itinerary: wholeMemory(count) })).map((sample) => sample.patches);

test('a fixed share at random: each patch is kept equally often, in order, with its own values', async (t) => {
  const kept = Array.from({ length: 24 }, () => 0);
  for (const some of await dropped(2000, { rate: fixed(0.5) })) {
    const places = placesOf(some);
    t.is(places.length, 12);
    if (places.some((place, at) => at > 0 && place <= (places[at - 1] as number))) return t.fail('order');
    for (const [at, place] of places.entries()) {
      kept[place]! += 1;
      if (some.data[at * some.width] !== patches.data[place * patches.width]) return t.fail('values');
    }
    t.deepEqual(some.grid, [6, 4]);
  }
  for (const count of kept) t.true(Math.abs(count - 1000) < 5 * Math.sqrt(500), kept.join());
});

test('a Beta share differs from picture to picture about its mean', async (t) => {
  const counts = (await dropped(2000, { rate: beta({ mean: 0.5, max: 0.9 }) })).map(({ count }) => count);
  t.true(Math.abs(counts.reduce((sum, count) => sum + count, 0) / counts.length - 12) < 0.5);
  t.true(new Set(counts).size > 15 && Math.min(...counts) >= Math.round(24 * 0.1));
});

test('lowest variance: the plain patches go, whatever the noise; nothing else is changed by it', async (t) => {
  for (const noise of [0, 0.01]) for (const some of await dropped(20, { rate: fixed(0.5), choose: 'lowestVariance', noise })) t.deepEqual([placesOf(some), [...some.data]], [placesOf(patches).slice(0, 12), [...patches.data.subarray(0, 576)]]);
  const more = await dropped(20, { rate: fixed(0.25), choose: 'lowestVariance' });
  t.true(more.every((some) => placesOf(some).slice(0, 12).join() === placesOf(patches).slice(0, 12).join()));
  t.true(new Set(more.map((some) => placesOf(some).join())).size > 10, 'plain ones are kept at random');
});

test('scheduled: the share is of the epoch', async (t) => {
  const source = testSource({ extents: 1, records: 4 });
  const itinerary = deal(await source.plan({ stores: noStores, signal: new AbortController().signal }), { lanes: 1, seed: 1, epochs: 3 })(0);
  const rate = scheduled({ min: 0, max: 1, mu: 4, tau: -1, imagesPerEpoch: 4 });
  const out = samplesOf<Sample & Patched>(await laneElements(pipeline(source, mapSample('patches', () => ({ patches })), dropTokens({ rate })), { itinerary }));
  t.deepEqual(out.map((sample) => [sample.origin.pass, sample.patches.count]), [0, 1, 2].flatMap((epoch) => Array.from({ length: 4 }, () => [epoch, [1, 12, 24][epoch] as number])));
});

test('planned: as many stay as the plan says, at random or those of the highest variance', async (t) => {
  const plan = (kept: number, grid: readonly [number, number] = [6, 4]) => ({ patches, tokenPlan: { patchSize: 4, size: [24, 16] as const, grid, kept } });
  const through = async (fields: readonly ReturnType<typeof plan>[], options: Omit<DropAsPlannedOptions, 'planned'> = {}) => laneElements(pipeline(memorySource(fields), dropTokens({ planned: true, ...options })), { itinerary: wholeMemory(fields.length) });
  const counts = Array.from({ length: 1200 }, (_, at) => 1 + (at % 24));
  const times = Array.from({ length: 24 }, () => 0);
  for (const [at, some] of samplesOf<Sample & Patched>(await through(counts.map((kept) => plan(kept)))).entries()) {
    t.is(some.patches.count, counts[at] as number);
    for (const place of placesOf(some.patches)) times[place]! += 1;
  }
  for (const count of times) t.true(Math.abs(count - 625) < 5 * Math.sqrt(300), times.join());
  const [varied] = samplesOf<Sample & Patched>(await through([plan(12)], { choose: 'lowestVariance' }));
  t.deepEqual(placesOf(varied!.patches), placesOf(patches).slice(0, 12));
  const [other] = await through([plan(12, [4, 6])]);
  t.like((other as Tombstone).dropped[0], { reason: 'patches-not-as-planned', kind: 'quarantined' });
});

test('resumes anywhere', async (t) => {
  t.true((await assertResumes(t, () => [mapSample<TestSample, Patched>('patches', () => ({ patches })), dropTokens({ rate: beta({ mean: 0.3, max: 0.9 }) })])) > 15);
});

test('options are checked when the stage is made', (t) => {
  t.throws(() => dropTokens({ rate: fixed(0.5), choose: 'best' as never }), { name: 'UsageError', message: /`choose` must be random or lowestVariance, got best/ });
  t.throws(() => dropTokens({ rate: fixed(0.5), noise: -1 }), { name: 'UsageError', message: /`noise` must be a number from 0 to 1, got -1/ });
  t.throws(() => dropTokens({ rate: fixed(0.5), range: [1, 1] }), { name: 'UsageError', message: /`range`/ });
});
