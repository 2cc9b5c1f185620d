import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { chooseItems } from '../../../operators/field/chooseItems.js';
import { preprocess } from '../../../operators/preprocess/preprocess.js';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { formatText } from '../../../operators/text/formatText.js';
import { lowerText } from '../../../operators/text/lowerText.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';
import { applied } from './applied.js';

const same = Array.from({ length: 3000 }, () => ({ a: [10, 20, 30, 40], b: ['p', 'q', 'r', 's'] }));
type Chosen = { readonly a: readonly number[] | number; readonly b: readonly string[] | string };

test('the same places of all lists, in their order, each place equally often', async (t) => {
  const chosen = (await applied(same, chooseItems({ fields: ['a', 'b'], count: 2 }))) as Chosen[];
  const counts = new Map<number, number>();
  for (const { a, b } of chosen as { a: readonly number[]; b: readonly string[] }[]) {
    t.deepEqual(a, a.toSorted((one, two) => one - two));
    t.deepEqual(b, a.map((value) => 'pqrs'[value / 10 - 1]));
    for (const value of a) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  for (const count of counts.values()) t.true(Math.abs(count - 1500) < 5 * Math.sqrt(750), String(count));
});

test('single is no list; from as many to as many', async (t) => {
  t.true(((await applied(same.slice(0, 9), chooseItems({ fields: ['a'] }))) as Chosen[]).every(({ a }) => typeof a === 'number'));
  const lengths = ((await applied(same.slice(0, 200), chooseItems({ fields: ['a'], count: [1, 3] }))) as { a: readonly number[] }[]).map(({ a }) => a.length);
  t.deepEqual([...new Set(lengths)].toSorted(), [1, 2, 3]);
});

test('fewer than asked for', async (t) => {
  const few = [{ a: [1], b: [1] }, { a: [], b: [] }, { a: [1, 2], b: [1] }];
  t.deepEqual(await applied(few, chooseItems({ fields: ['a', 'b'], count: 2 })), ['too-few-to-choose', 'too-few-to-choose', 'field-shape']);
  t.deepEqual(await applied(few, chooseItems({ fields: ['a', 'b'], count: 2, fewerOk: true })), [few[0]!, few[1]!, 'field-shape']);
});

test('as the language writes it', async (t) => {
  const [one] = (await applied(same.slice(0, 1), preprocess('choice(n=[1,3], key=["a","b"])'))) as [Chosen];
  t.is((one.a as readonly number[]).length, (one.b as readonly string[]).length);
  const [two] = await applied(same.slice(0, 1), preprocess('choice(inkey=["a","b"], outkey="one {key}")'));
  t.deepEqual(Object.keys(two as object), ['a', 'b', 'one a', 'one b']);
});

test('what was a list is a text for the stages behind it; a field that is no list does not compile', async (t) => {
  const pipe = pipeline(memorySource([{ text: ['A', 'A'], lang: 'en' }]), chooseItems({ fields: ['text'] }), lowerText(), formatText('{lang}: {text}', { outField: 'line' }));
  const [sample] = samplesOf<Sample & { line: string }>(await laneElements(pipe, { itinerary: wholeMemory(1) }));
  t.is(sample!.line, 'en: a');
  // @ts-expect-error -- a list of two is no text
  t.notThrows(() => pipeline(memorySource([{ text: ['A', 'A'] }]), chooseItems({ fields: ['text'], count: 2 }), lowerText()));
});

test('counts that are none are refused', (t) => {
  t.throws(() => chooseItems({ fields: ['a'], count: -1 }), { instanceOf: UsageError, message: /`count`/ });
  t.throws(() => chooseItems({ fields: ['a'], count: [2, 1] }), { instanceOf: UsageError, message: /`count`/ });
  t.throws(() => chooseItems({ fields: ['a'], into: [] }), { instanceOf: UsageError, message: /`into`/ });
});
