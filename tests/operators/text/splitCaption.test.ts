import test from 'ava';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import { splitCaption, type SplitCaption } from '../../../operators/text/splitCaption.js';
import { samplesOf } from '../memorySource.js';
import { elementsOf } from './textStages.js';

test('both parts have words, together they are the caption, and every cut is as likely', async (t) => {
  const out = samplesOf<Sample & SplitCaption>(await elementsOf(Array.from({ length: 900 }, () => ({ text: ' a  red\ncat sits ' })), splitCaption()));
  const cuts = new Map<string, number>();
  for (const { firstPart, lastPart } of out) {
    t.is(`${firstPart} ${lastPart}`, 'a red cat sits');
    cuts.set(firstPart, (cuts.get(firstPart) ?? 0) + 1);
  }
  t.deepEqual([...cuts.keys()].toSorted(), ['a', 'a red', 'a red cat']);
  t.true([...cuts.values()].every((count) => Math.abs(count - 300) < 60), String([...cuts.values()]));
});

test('a caption of one word goes to quarantine', async (t) => {
  const out = await elementsOf([{ text: 'cat' }, { text: '' }, { text: 'a cat' }], splitCaption());
  t.deepEqual(out.map((element) => (isTombstone(element) ? element.dropped[0]!.reason : 'kept')), ['text-too-short', 'text-too-short', 'kept']);
});
