import test from 'ava';
import { batch } from '../../operators/flow/batch.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import { mix } from '../../sources/mix.js';
import { repeat } from '../../sources/repeat.js';
import { world } from '../helpers/streams.js';
import { testSource } from '../helpers/testSource.js';

/** Shard and record of each sample of an epoch, in order. */
async function epochs(make: () => Pipeline, count: number, lanes: number): Promise<string[][]> {
  const texts = (await world(make, { lanes })).steps.flat();
  return Array.from({ length: count }, (_, epoch) => texts.filter((text) => text.endsWith(`\u0000${epoch}`)).map((text) => text.slice(0, text.lastIndexOf('\u0000'))));
}

test('each epoch has every record exactly once, in an order of its own', async (t) => {
  const byEpoch = await epochs(() => pipeline(repeat(testSource({ extents: 9, records: 3 }), 4), batch({ size: 3 })), 4, 3);
  for (const found of byEpoch) t.is(new Set(found).size, 27);
  for (const found of byEpoch) t.is(found.length, 27);
  t.is(new Set(byEpoch.map((found) => found.join())).size, 4, 'four orders');
  t.deepEqual(new Set(byEpoch.map((found) => found.toSorted().join())).size, 1, 'of the same records');
});

test('the same where shards are cut into strides, more of them than lanes or as many', async (t) => {
  for (const [extents, lanes] of [[2, 4], [3, 4], [1, 8], [3, 16]] as const) {
    const byEpoch = await epochs(() => pipeline(repeat(testSource({ extents, records: 11 }), 3), batch({ size: lanes })), 3, lanes);
    for (const found of byEpoch) {
      t.is(found.length, extents * 11, `${extents} shards in ${lanes} lanes`);
      t.is(new Set(found).size, extents * 11, `${extents} shards in ${lanes} lanes`);
    }
  }
});

test('a lane reads other shards in other epochs', async (t) => {
  const texts = (await world(() => pipeline(repeat(testSource({ extents: 8, records: 1 }), 12), batch({ size: 4 })), { lanes: 4 })).steps.map((step) => (step[0] as string).split('\u0000')[1]);
  t.true(new Set(texts).size >= 6, [...new Set(texts)].join(' '));
});

test('repeat twice is the last word; options are checked', (t) => {
  const source = testSource({ extents: 1, records: 1 });
  t.is(repeat(repeat(source, 3), 2).epochs, 2);
  t.is(repeat(source).epochs, Infinity);
  t.is((repeat(source).options as { epochs?: string }).epochs, 'Infinity', 'and the fingerprint says so');
  for (const count of [0, -1, 1.5, NaN]) t.throws(() => repeat(source, count), { name: 'UsageError', message: `repeat: \`epochs\` must be a whole number from 1 up, or Infinity, got ${count}` });
  t.throws(() => repeat(mix([{ source, weight: 1 }, { source, weight: 1 }])), { name: 'UsageError', message: /repeat the inputs of mix/ });
});
