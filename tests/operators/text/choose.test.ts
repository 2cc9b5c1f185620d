import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import { choose } from '../../../operators/text/choose.js';
import { formatText } from '../../../operators/text/formatText.js';
import { lowerText } from '../../../operators/text/lowerText.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';
import { elementsOf } from './textStages.js';

const many = Array.from({ length: 400 }, () => ({ text: ['a', 'b', 'c', 'd'], nth: [0, 1, 2, 3] }));

test('one of the list, all as often, the same place in every field', async (t) => {
  const out = samplesOf<Sample & { text: string; nth: number }>(await elementsOf(many, choose(['text', 'nth'])));
  const seen = [0, 0, 0, 0];
  for (const { text, nth } of out) {
    t.is(text, 'abcd'[nth]);
    seen[nth]! += 1;
  }
  t.true(seen.every((count) => Math.abs(count - 100) < 35), seen.join());
});

test('several: as many as asked for, or a number between two, in their order', async (t) => {
  const two = samplesOf<Sample & { nth: number[] }>(await elementsOf(many, choose(['nth'], { count: 2 })));
  t.true(two.every(({ nth }) => nth.length === 2 && nth[0]! < nth[1]!));
  const some = samplesOf<Sample & { nth: number[] }>(await elementsOf(many, choose(['nth'], { count: [1, 9], fewerOk: true })));
  t.deepEqual([...new Set(some.map(({ nth }) => nth.length))].toSorted(), [1, 2, 3, 4]);
});

test('lists that are too short, and that do not go together, go to quarantine', async (t) => {
  const out = await elementsOf([{ a: [1], b: [1] }, { a: [1, 2], b: [1, 2] }, { a: [1, 2], b: [1] }], choose(['a', 'b'], { count: 2 }));
  t.deepEqual(out.map((element) => (isTombstone(element) ? element.dropped[0]!.reason : '')), ['list-too-short', '', 'list-lengths']);
  const [empty] = await elementsOf([{ a: [] as number[] }], choose(['a'], { fewerOk: true }));
  t.true(isTombstone(empty!));
});

test('what was a list is a text for the stages behind it', async (t) => {
  const pipe = pipeline(memorySource([{ text: ['A', 'A'], lang: 'en' }]), choose(['text']), lowerText(), formatText('{lang}: {text}', { outField: 'line' }));
  const [sample] = samplesOf<Sample & { line: string }>(await laneElements(pipe, { itinerary: wholeMemory(1) }));
  t.is(sample!.line, 'en: a');
});

test('options out of range; a field that is no list does not compile', (t) => {
  t.throws(() => choose(['a'], { count: 0 }), { instanceOf: UsageError, message: /choose: `count`/ });
  t.throws(() => choose(['a'], { count: [2, 1] }), { instanceOf: UsageError, message: /choose: `count \(most\)`/ });
  t.throws(() => choose([]), { instanceOf: UsageError, message: /at least one field/ });
  // @ts-expect-error -- `text` is a number
  t.notThrows(() => pipeline(memorySource([{ text: 7 }]), choose(['text'])));
});
