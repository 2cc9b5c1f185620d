import test from 'ava';
import { map } from 'rxjs';
import { DrawLog, type StageDraws } from '../../engine/drawLog.js';
import { dealSource } from '../../engine/deal.js';
import { UsageError } from '../../engine/errors.js';
import { expand } from '../../engine/expand.js';
import { keep } from '../../engine/keep.js';
import { mapAsync } from '../../engine/mapAsync.js';
import { mapSample } from '../../engine/mapSample.js';
import { originAddress, parseOriginAddress } from '../../engine/originAddress.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import { replay, type Replay } from '../../engine/replay.js';
import { isTombstone, originText, type Drop, type Element, type Sample } from '../../engine/sample.js';
import { shuffle } from '../../operators/flow/shuffle.js';
import { mix } from '../../sources/mix.js';
import { repeat } from '../../sources/repeat.js';
import { laneElements, noStores } from '../helpers/lanes.js';
import { testSource, type TestSample } from '../helpers/testSource.js';

const SEED = 7;
const LANES = 2;
const options = { seed: SEED, lanes: LANES, stores: noStores, signal: new AbortController().signal };

/** Two inputs, one of them with the same shards again; faults, filters, draws of every stage, children of children, and a window. */
const recipe = (): Pipeline =>
  pipeline(
    mix<TestSample>([
      { source: repeat(testSource({ name: 'left', extents: 3, records: 8, faulty: (value) => value % 7 === 5 }), 2), weight: 2 },
      { source: testSource({ name: 'right', extents: 2, records: 9 }), weight: 1 },
    ], { stop: 'all' }),
    mapSample('noise', (sample, { random }) => ({ noise: random().normal(), other: random('salt', sample.value).integer(0, 99) })),
    keep('by chance', (_, { random }) => random().bernoulli(0.8)),
    map((sample) => ({ ...sample, doubled: sample.value * 2 })),
    mapAsync('word', async (_, { random }) => ({ word: random().choice(['red', 'green', 'blue']) })),
    expand('parts', (_, { random }) => Array.from({ length: random().integer(0, 3) }, (__, part) => ({ part }))),
    expand('twins', () => [{ twin: 'a' }, { twin: 'b' }]),
    shuffle({ window: 8 }),
    mapSample('last', (_, { random }) => ({ last: random().uniform() })),
  );

/** A whole run: what every lane delivered and dropped, and what its stages drew. */
async function wholeRun(pipe: Pipeline): Promise<{ readonly elements: readonly Element[]; readonly draws: DrawLog }> {
  const draws = new DrawLog();
  const watched = { ...pipe, stages: pipe.stages.map((placed) => draws.watch(placed)) };
  const extents = await pipe.source.plan(options);
  const schedule = dealSource(pipe.source, extents, { lanes: LANES, seed: SEED });
  const lanes = await Promise.all([0, 1].map((lane) => laneElements(watched, { itinerary: schedule(lane), seed: SEED, lane, lanes: LANES })));
  return { elements: lanes.flat(), draws };
}

const again = (text: string, pipe: Pipeline = recipe()): Promise<Replay> => replay(pipe, parseOriginAddress(text), options);
/** All but the cursor, which is a place in a run. */
const fieldsOf = (sample: Sample): object => ({ ...sample, cursor: undefined });
const delivered = ({ stages }: Replay): readonly Sample[] => stages.at(-1)?.out ?? [];
const drops = ({ stages }: Replay): readonly Drop[] => stages.flatMap(({ dropped }) => dropped);
/** Those of windows are not the sample's own. */
const ownDraws = (draws: readonly StageDraws[]): readonly StageDraws[] => draws.filter(({ stage }) => stage !== 'shuffle');
const byOrigin = (a: Sample, b: Sample): number => originText(a.origin).localeCompare(originText(b.origin));

test('a replay is what the run did: fields of every sample, drops, draws', async (t) => {
  const { elements, draws } = await wholeRun(recipe());
  const samples = elements.filter((element): element is Sample => !isTombstone(element));
  const dropped = elements.flatMap((element) => (isTombstone(element) ? element.dropped : []));
  t.true(samples.length > 50);
  t.deepEqual([...new Set(dropped.map(({ stage, reason }) => `${stage} ${reason}`))].toSorted(), ['keep by chance', 'mix test-bad', 'parts no children']);

  for (const sample of samples) {
    const found = await again(originAddress(sample.origin));
    t.deepEqual(delivered(found).map(fieldsOf), [fieldsOf(sample)]);
    t.deepEqual(drops(found), []);
    t.deepEqual(ownDraws(found.stages.flatMap((stage) => stage.draws)), ownDraws(draws.of(sample.origin)));
  }
  for (const drop of dropped.flatMap((entry) => Array.from({ length: entry.count }, (_, nth) => ({ ...entry.origin, record: entry.origin.record + nth, stage: entry.stage, reason: entry.reason })))) {
    const found = await again(originAddress(drop));
    t.deepEqual(delivered(found), []);
    t.like(drops(found), [{ stage: drop.stage, reason: drop.reason }]);
    t.is(drops(found).length, 1);
  }
});

test('a record without a child in its address comes with all its children', async (t) => {
  const { elements } = await wholeRun(recipe());
  const samples = elements.filter((element): element is Sample => !isTombstone(element));
  const { origin } = samples.find((sample) => (sample.origin.path[0]?.of ?? 0) === 3) as Sample;
  const record = { ...origin, path: [] };
  const family = samples.filter((sample) => originText({ ...sample.origin, path: [] }) === originText(record));
  const found = await again(originAddress(record));
  t.is(family.length, 6);
  t.deepEqual(delivered(found).toSorted(byOrigin).map(fieldsOf), family.toSorted(byOrigin).map(fieldsOf));
});

test('every stage tells what came and what left, in the order of the pipeline', async (t) => {
  const found = await again('mix/1/right:shard-0#3', pipeline(testMix(), keep('all', () => true), expand('two', () => [{ half: 0 }, { half: 1 }])));
  t.is(found.key, 'r3');
  t.like(found, { origin: { dataset: 'mix/1/right', record: 3, byte: 300 }, endByte: 400, notRun: undefined });
  t.deepEqual(
    found.stages.map(({ stage, arity, in: came, out }) => [stage, arity, came.length, out.map(({ key }) => key)]),
    [['mix', 'source', 0, ['r3']], ['keep', 'filter', 1, ['r3']], ['two', 'expand', 1, ['r3_0', 'r3_1']]],
  );
});

const testMix = () =>
  mix<TestSample>([
    { source: repeat(testSource({ name: 'left', extents: 2, records: 4 }), 2), weight: 1 },
    { source: testSource({ name: 'right', extents: 1, records: (extent) => (extent === 0 ? 5 : 0) }), weight: 1 },
  ]);

test('of a stage that draws a lot the first draws are kept, and all are counted', async (t) => {
  const pipe = pipeline(testSource({ extents: 1, records: 1 }), mapSample('pixels', (_, { random }) => {
    const stream = random();
    return { pixels: Array.from({ length: 5000 }, () => stream.uniform32()) };
  }));
  const { stages } = await again('shard-0#0', pipe);
  const [draws] = stages[1]?.draws ?? [];
  t.is(draws?.count, 5000);
  t.is(draws?.draws.length, 1000);
});

test('a sample that is not there: what there is', async (t) => {
  const pipe = (): Pipeline => pipeline(testMix(), keep('few', (sample) => sample.origin.record !== 3), expand('two', () => [{ half: 0 }, { half: 1 }]), mapSample('end', () => ({})));
  const cases: readonly (readonly [string, RegExp])[] = [
    ['shard-9#0', /^the input has no shard shard-9; it has mix\/0\/left:shard-0, mix\/0\/left:shard-1, mix\/1\/right:shard-0$/],
    ['shard-0#1_0@1', /^shard-0 is in several inputs; say which: mix\/0\/left:shard-0#1_0@1 or mix\/1\/right:shard-0#1_0@1$/],
    ['shard-1#4', /^shard-1 has no record 4: it has records 0 to 3$/],
    ['shard-1#0@2', /^there is no epoch 2: mix\/0\/left is read 2 times, epochs 0 to 1$/],
    ['mix/1/right:shard-0#0@1', /^there is no epoch 1: mix\/1\/right is read once, epoch 0$/],
    ['shard-1#0_2', /^there is no shard-1#0_2: two makes 2 children, _0 to _1, of shard-1#0$/],
    ['shard-1#0_1_0', /^there is no shard-1#0_1_0: no stage of this recipe makes so many children of shard-1#0_1$/],
  ];
  for (const [text, message] of cases) await t.throwsAsync(again(text, pipe()), { instanceOf: UsageError, message }, text);
  await t.throwsAsync(again('shard-1#0_0', pipeline(testSource({ extents: 2, records: 4 }))), { instanceOf: UsageError, message: /no stage of this recipe makes children of shard-1#0$/ });
  await t.throwsAsync(again('shard-0#0', pipeline(testSource({ extents: 1, records: 0 }))), { instanceOf: UsageError, message: /it is empty$/ });
  t.like(drops(await again('shard-1#3_1', pipe())), [{ stage: 'keep', reason: 'few' }], 'a child of a record that was dropped before its expansion');
});
