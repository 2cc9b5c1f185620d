import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import type { Sample } from '../../../engine/sample.js';
import { joinText } from '../../../operators/text/joinText.js';
import { samplesOf } from '../memorySource.js';
import { elementsOf } from './textStages.js';

test('the texts with the glue between them', async (t) => {
  const lists = [{ text: ['a', 'b'] }, { text: ['a'] }, { text: [] as string[] }];
  const out = samplesOf<Sample & { text: string }>(await elementsOf(lists, joinText({ glue: ' ; ' })));
  t.deepEqual(out.map(({ text }) => text), ['a ; b', 'a', '']);
  const [both] = samplesOf<Sample & { text: string[]; line: string }>(await elementsOf(lists, joinText({ glue: '', outField: 'line' })));
  t.deepEqual([both!.text, both!.line], [['a', 'b'], 'ab']);
});

test('a glue that is no text', (t) => {
  t.throws(() => joinText({ glue: undefined as unknown as string }), { instanceOf: UsageError, message: /joinText: `glue` must be a text/ });
});
