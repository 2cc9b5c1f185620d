import test from 'ava';
import { UsageError } from '../../engine/errors.js';
import type { Pipeline } from '../../engine/pipeline.js';
import { traceSamples, type Trace } from '../../engine/traceSamples.js';
import { isTombstone } from '../../engine/sample.js';
import { dealSource } from '../../engine/deal.js';
import { openLane } from '../../engine/lane.js';
import { Gauge } from '../../engine/gauge.js';
import { Meter } from '../../engine/meter.js';
import { lastValueFrom, toArray } from 'rxjs';
import { memoryStore } from '../../storage/memoryStore.js';
import type { ObjectStore } from '../../storage/objectStore.js';
import copy from '../helpers/recipes/copy.js';
import everything from '../helpers/recipes/everything.js';
import { captionShard } from '../helpers/captions.js';
import { mixedKinds, putObject, shardBytes } from '../helpers/shards.js';

const signal = new AbortController().signal;
let store: ObjectStore;
test.before(async () => {
  store = memoryStore();
  for (const [index, records] of [40, 21, 33, 18].entries()) await putObject(store, `memory://web/${index}.tar`, captionShard(300 + index, records));
  for (const [index, records] of [27, 35].entries()) await putObject(store, `memory://more/${index}.tar`, captionShard(400 + index, records));
  for (const [index, records] of [3, 4].entries()) await putObject(store, `memory://made/${index}.tar`, shardBytes(index, records, { kind: mixedKinds }));
  await putObject(store, 'memory://empty/0.tar', shardBytes(0, 0));
});
const stream = (): Pipeline => everything.build({ in: 'memory://web/*.tar', more: 'memory://more/*.tar', epochs: 1, delays: 0 }) as Pipeline;
const trace = (pipe: Pipeline, records: number, seed = 3): Promise<Trace> => traceSamples(pipe, { seed, lanes: 16, records, stores: () => store, signal });
const outOf = ({ stages }: Trace, name: string): Trace['stages'][number] => stages.find(({ stage }) => stage === name)!;

test('the records are the first ones of the lanes in turn, and what draws for a sample draws as in the run', async (t) => {
  const found = await trace(stream(), 20);
  const pipe = stream();
  const extents = await pipe.source.plan({ stores: () => store, signal, lanes: 16 });
  const schedule = dealSource(pipe.source, extents, { lanes: 16, seed: 3 });
  const end = pipe.stages.findIndex(({ name }) => name === 'shuffle');
  const firstOf = async (lane: number): Promise<readonly string[]> => {
    const elements = await lastValueFrom(
      openLane({ ...pipe, stages: pipe.stages.slice(0, end) }, {
        seed: 3, info: { index: lane, lanes: 16, extent: undefined }, itinerary: schedule(lane), gauge: new Gauge(1e9).lane(0), meter: new Meter(), stores: () => store, signal: new AbortController().signal,
      }).pipe(toArray()),
    );
    return elements.flatMap((element) => (isTombstone(element) ? [] : [`${element.key} ${(element as unknown as { text: string }).text}`]));
  };
  const halves = outOf(found, 'halves').out as unknown as readonly { key: string; text: string }[];
  const lanes = await Promise.all(Array.from({ length: 16 }, (_, lane) => firstOf(lane)));
  for (const { key, text } of halves) t.true(lanes.flat().includes(`${key} ${text}`), key);
  t.is(found.records.length, 20);
  t.is(new Set(found.records.map(({ origin }) => JSON.stringify(origin))).size, 20);
  const inTurn = await trace(stream(), 16);
  t.deepEqual(found.records.slice(0, 16), inTurn.records);
  t.deepEqual(found, await trace(stream(), 20));
  t.notDeepEqual(found.records, (await trace(stream(), 20, 4)).records);
});

test('every stage has what came out of it: windows hold these records alone, and nothing is lost', async (t) => {
  const found = await trace(stream(), 20);
  t.deepEqual(found.stages.map(({ stage, arity }) => `${stage} ${arity}`), ['mix source', 'keep filter', 'later one', 'halves expand', 'shuffle window', 'dedupe window', 'packWords window']);
  t.is(outOf(found, 'keep').out.length + outOf(found, 'keep').dropped.reduce((sum, { count }) => sum + count, 0), 20);
  const keysOf = (name: string): string[] => outOf(found, name).out.map(({ key }) => key).toSorted();
  t.deepEqual(keysOf('shuffle'), keysOf('halves'));
  const packed = outOf(found, 'packWords').out.flatMap(({ members = [] }) => [...members]);
  t.is(packed.length, outOf(found, 'dedupe').out.length);
  t.is(found.notRun, undefined);
});

test('a generation recipe: the records of its first shards, in their order, and nothing is written', async (t) => {
  const pipe = copy.build({ in: 'memory://made/*.tar', out: 'memory://out/' } as never) as Pipeline;
  const found = await trace(pipe, 5);
  t.deepEqual(found.records.map(({ origin: { shard, record } }) => [shard, record]), [0, 1, 2].map((record) => ['memory://made/0.tar', record]).concat([0, 1].map((record) => ['memory://made/1.tar', record])));
  t.is(found.notRun, 'writeTar');
  t.true(found.stages.some(({ dropped }) => dropped.length > 0));
  const written = [];
  for await (const { url } of store.list('memory://out/')) written.push(url);
  t.deepEqual(written, []);
});

test('fewer records than asked for, and none', async (t) => {
  t.is((await trace(copy.build({ in: 'memory://made/*.tar', out: 'memory://out/' } as never) as Pipeline, 60)).records.length, 7);
  await t.throwsAsync(trace(copy.build({ in: 'memory://empty/*.tar', out: 'memory://out/' } as never) as Pipeline, 5), { instanceOf: UsageError, message: /no samples to show/ });
});

