import test from 'ava';
import type { Sample } from '../../../engine/sample.js';
import { lowerText } from '../../../operators/text/lowerText.js';
import { samplesOf } from '../memorySource.js';
import { elementsOf } from './textStages.js';

test('A to Z of the field, and no other letter; other fields stay', async (t) => {
  const [text] = samplesOf<Sample & { text: string; title: string }>(await elementsOf([{ text: 'A \u00c4', title: 'B' }], lowerText()));
  t.deepEqual([text!.text, text!.title], ['a \u00c4', 'B']);
  const [title] = samplesOf<Sample & { text: string; title: string }>(await elementsOf([{ text: 'A', title: 'B' }], lowerText({ field: 'title' })));
  t.deepEqual([title!.text, title!.title], ['A', 'b']);
});
