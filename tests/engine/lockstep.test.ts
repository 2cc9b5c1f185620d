import test from 'ava';
import { deal } from '../../engine/deal.js';
import { Gauge } from '../../engine/gauge.js';
import { keep } from '../../engine/keep.js';
import { lockstep, openGauge, pipelineFloor, type LockstepOptions, type Step } from '../../engine/lockstep.js';
import { mapAsync } from '../../engine/mapAsync.js';
import { mapSample } from '../../engine/mapSample.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import type { Sample } from '../../engine/sample.js';
import { windowed } from '../../engine/windowed.js';
import { noStores } from '../helpers/lanes.js';
import { settled } from '../helpers/marbles.js';
import { testSource, VALUES_PER_EXTENT, type TestSample } from '../helpers/testSource.js';

const ELEMENT_BYTES = 64 + 8 + 64 + 100;

async function steps(pipe: Pipeline, options: Partial<LockstepOptions> & { readonly lanes: number }): Promise<Step[]> {
  const tools = { stores: noStores, signal: new AbortController().signal };
  const itinerary = deal(await pipe.source.plan(tools), { lanes: options.lanes, seed: 1, permute: false });
  const found: Step[] = [];
  for await (const step of lockstep(pipe, { seed: 1, perLane: 1, itinerary, maxInFlightBytes: 1e9, ...tools, ...options })) found.push(step);
  return found;
}

const values = (step: Step): number[][] => step.contributions.map(({ samples }) => (samples as readonly TestSample[]).map(({ value }) => value));

test('two lanes, one filters everything, ordered merge, tiny budget: it finishes, and the other lane waits', async (t) => {
  const records = 200;
  const last = records - 1;
  const reads: number[] = [];
  let readByOther = 0;
  const make = (): Pipeline =>
    pipeline(
      testSource({
        extents: 2,
        records,
        payloadBytes: 100,
        onRead: (value) => {
          reads.push(value);
          if (value === last) readByOther = reads.filter((read) => read >= VALUES_PER_EXTENT).length;
        },
      }),
      keep<TestSample>('not of lane 0, but for its last', ({ value }) => value >= VALUES_PER_EXTENT || value === last),
      mapAsync<TestSample, object>('later', async () => {
        await settled();
        return {};
      }, { concurrency: 2 }),
    );
  const roomy = await steps(make(), { lanes: 2 });
  reads.length = 0;
  const gauge = new Gauge(1);
  const tight = await steps(make(), { lanes: 2, gauge, maxInFlightBytes: 1 });
  t.deepEqual(tight.map(values), roomy.map(values));
  t.deepEqual(values(tight[0] as Step), [[last], [VALUES_PER_EXTENT]]);
  t.is(tight.length, records, 'lane 1 goes on alone when lane 0 has ended');
  t.true(readByOther <= 3, `while lane 0 read ${records} records, lane 1 read ${readByOther}`);
  t.true(gauge.peak <= 2 * 2 * ELEMENT_BYTES, `held ${gauge.peak} bytes`);
  t.is(gauge.held, 0);
});

test('the same with windows at their floors', async (t) => {
  const window = { samples: 4, maxBytes: 4 * ELEMENT_BYTES };
  const make = (): Pipeline =>
    pipeline(
      testSource({ extents: 2, records: 50, payloadBytes: 100 }),
      keep<TestSample>('not of lane 0, but for its last', ({ value }) => value >= VALUES_PER_EXTENT || value === 49),
      windowed<TestSample, TestSample>('shuffle', (samples, tools) => tools.random().shuffle(samples), window),
    );
  const floor = pipelineFloor(make(), 2);
  t.deepEqual(floor, { perLane: window.maxBytes, lines: [`shuffle: ${window.maxBytes} bytes a lane`] });
  const gauge = new Gauge(2 * floor.perLane);
  t.deepEqual((await steps(make(), { lanes: 2, gauge })).map(values), (await steps(make(), { lanes: 2 })).map(values));
  t.true(gauge.peak <= gauge.budget + 2 * 2 * ELEMENT_BYTES);
});

test('floors above the budget are refused at open, with the sum shown', (t) => {
  const pipe = pipeline(testSource({ extents: 4, records: 1 }), windowed<TestSample, TestSample>('shuffle', (samples) => samples, { samples: 2, maxBytes: 1000 }));
  t.throws(() => openGauge(pipe, 4, 3999), {
    name: 'UsageError',
    message: 'the windows of this pipeline may hold 4000 bytes, over the budget of 3999 (maxInFlightBytes): 4 lanes x (shuffle: 1000 bytes a lane). Raise the budget or make the windows smaller',
  });
  t.notThrows(() => openGauge(pipe, 4, 4000));
});

test('a contribution has `perLane` samples, the drops before them, and says when its lane has ended', async (t) => {
  const pipe = pipeline(testSource({ extents: 2, records: (extent) => 3 + extent * 2, faulty: (value) => value === 1 }));
  const found = await steps(pipe, { lanes: 2, perLane: 2 });
  t.deepEqual(found.map(values), [[[0, 2], [100_000, 100_001]], [[], [100_002, 100_003]], [[], [100_004]]]);
  t.deepEqual(found.map(({ contributions }) => contributions.map(({ ended }) => ended)), [[false, false], [true, false], [true, true]]);
  t.deepEqual(found[0]?.contributions[0]?.dropped.map(({ key, reason }) => [key, reason]), [['r1', 'test-bad']]);
  t.deepEqual(found.map(({ step }) => step), [0, 1, 2]);
});

test('an error of one lane stops all, and everything is given back', async (t) => {
  const gauge = new Gauge(1e6);
  const pipe = pipeline(
    testSource({ extents: 2, records: 9, payloadBytes: 100 }),
    mapSample('broken', ({ value }: TestSample) => {
      if (value === VALUES_PER_EXTENT + 4) throw new Error('boom');
      return {};
    }),
  );
  await t.throwsAsync(steps(pipe, { lanes: 2, gauge }), { name: 'StageError', message: 'broken at shard-1#4 (key r100004): boom' });
  t.is(gauge.held, 0);
});

test('an aborted run ends with StoppedError', async (t) => {
  const stop = new AbortController();
  const pipe = pipeline(testSource({ extents: 1, records: 9 }), mapSample('stop', ({ value }: TestSample) => {
    if (value === 4) stop.abort();
    return {};
  }));
  await t.throwsAsync(steps(pipe, { lanes: 1, signal: stop.signal }), { name: 'StoppedError' });
  await t.throwsAsync(steps(pipe, { lanes: 1, signal: AbortSignal.abort() }), { name: 'StoppedError' });
});

test('options are checked', async (t) => {
  const pipe: Pipeline<Sample> = pipeline(testSource({ extents: 4, records: 1 }));
  await t.throwsAsync(steps(pipe, { lanes: 4, ranks: 3 }), { name: 'UsageError', message: '3 ranks cannot share 4 lanes evenly; use a number of ranks that divides 4' });
  await t.throwsAsync(steps(pipe, { lanes: 4, perLane: 0 }), { message: 'lockstep: `perLane` must be an integer from 1 up, got 0' });
  await t.throwsAsync(steps(pipe, { lanes: 4, from: { step: 1, cursors: [] } }), { message: 'the checkpoint has 0 lanes, the recipe 4' });
});
