import test from 'ava';
import { deal } from '../../../engine/deal.js';
import { pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Drop } from '../../../engine/sample.js';
import { dedupe } from '../../../operators/flow/dedupe.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements, noStores } from '../../helpers/lanes.js';
import { testSource, type TestSample } from '../../helpers/testSource.js';

async function run(window: number, what: (sample: TestSample) => string | number, { records = 12, lanes = 1 } = {}): Promise<{ values: number[]; drops: Drop[] }> {
  const source = testSource({ extents: lanes, records });
  const itinerary = deal(await source.plan({ stores: noStores, signal: new AbortController().signal }), { lanes, seed: 1, permute: false })(0);
  const elements = await laneElements(pipeline(source, dedupe(what, { window, maxBytes: 1e6 })), { itinerary, lanes });
  return {
    values: elements.flatMap((element) => (isTombstone(element) ? [] : [(element as TestSample).value])),
    drops: elements.flatMap((element) => (isTombstone(element) ? [...element.dropped] : [])),
  };
}

test('of equal samples in a window the first stays, at its place; the others are counted as filtered', async (t) => {
  const { values, drops } = await run(12, ({ value }) => value % 5);
  t.deepEqual(values, [0, 1, 2, 3, 4]);
  t.deepEqual(drops.map(({ key }) => key), ['r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'r11']);
  for (const { stage, reason, kind } of drops) t.deepEqual([stage, reason, kind], ['dedupe', 'duplicate in the window', 'filtered']);
});

test('samples of different windows are not compared; a lane has window / lanes of them', async (t) => {
  t.deepEqual((await run(4, ({ value }) => value % 2)).values, [0, 1, 4, 5, 8, 9]);
  t.deepEqual((await run(8, ({ value }) => value % 2, { lanes: 2 })).values, [0, 1, 4, 5, 8, 9]);
});

test('a number and its text are two values, and every NaN is one', async (t) => {
  t.deepEqual((await run(4, ({ value }) => (value % 2 === 0 ? '7' : 7), { records: 4 })).values, [0, 1]);
  t.deepEqual((await run(4, () => NaN, { records: 4 })).values, [0]);
});

test('nothing the same: nothing dropped; all the same: one stays', async (t) => {
  t.deepEqual((await run(5, ({ value }) => value)).drops, []);
  t.deepEqual((await run(12, () => 'x')).values, [0]);
});

test('an error of `value` stops the run and says where', async (t) => {
  await t.throwsAsync(run(5, () => { throw new Error('boom'); }), { name: 'StageError', message: /^dedupe at the window of 5 samples from shard-0#0: boom$/ });
});

test('resumes anywhere, also between a sample and its duplicate', async (t) => {
  t.true((await assertResumes(t, () => [dedupe(({ value }: TestSample) => value % 3, { window: 10, maxBytes: 1e5 })])) > 15);
});

test('options are checked', (t) => {
  t.throws(() => dedupe(() => 1, { window: 0, name: 'd' }), { name: 'UsageError', message: 'd: `window` must be an integer from 1 up, got 0' });
});
