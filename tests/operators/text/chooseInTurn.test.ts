import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { deal } from '../../../engine/deal.js';
import { pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import { mapSample } from '../../../engine/mapSample.js';
import { chooseInTurn } from '../../../operators/text/chooseInTurn.js';
import { assertResumes } from '../../helpers/assertResumes.js';
import { laneElements, noStores } from '../../helpers/lanes.js';
import { testSource, type TestSample } from '../../helpers/testSource.js';
import { elementsOf } from './textStages.js';

const lists = (n: number) => mapSample<TestSample, { text: number[] }>('lists', () => ({ text: Array.from({ length: n }, (__, place) => place) }));

test('in n epochs every sample gives each of its n elements once, in orders that differ', async (t) => {
  const pipe = pipeline(testSource({ extents: 2, records: () => 10, faulty: () => false }), lists(5), chooseInTurn(['text']));
  const extents = await pipe.source.plan({ stores: noStores, signal: new AbortController().signal });
  const out = (await laneElements(pipe, { itinerary: deal(extents, { lanes: 1, seed: 3, epochs: 10 })(0) })) as (Sample & { text: number })[];
  const bySample = new Map<string, number[]>();
  for (const { origin, text } of out) {
    const who = `${origin.shard} ${origin.record} ${Math.floor(origin.pass / 5)}`;
    bySample.set(who, [...(bySample.get(who) ?? []), text]);
  }
  t.is(bySample.size, 40);
  for (const [who, chosen] of bySample) t.deepEqual(chosen.toSorted(), [0, 1, 2, 3, 4], who);
  t.true(new Set([...bySample.values()].map(String)).size > 20);
});

test('a resume goes on with the turn', async (t) => {
  t.true((await assertResumes(t, () => [lists(3), chooseInTurn(['text'])], { epochs: 4 })) > 20);
});

test('empty lists and lists that do not go together go to quarantine', async (t) => {
  const out = await elementsOf([{ a: [] as number[], b: [] as number[] }, { a: [1], b: [2] }, { a: [1, 2], b: [1] }], chooseInTurn(['a', 'b']));
  t.deepEqual(out.map((element) => (isTombstone(element) ? element.dropped[0]!.reason : '')), ['list-too-short', '', 'list-lengths']);
  t.throws(() => chooseInTurn([]), { instanceOf: UsageError, message: /at least one field/ });
});
