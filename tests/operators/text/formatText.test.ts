import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { formatText } from '../../../operators/text/formatText.js';
import { memorySource, samplesOf } from '../memorySource.js';
import { elementsOf } from './textStages.js';

test('the template with the fields of the sample', async (t) => {
  const fields = [{ lang: 'en', question: 'what?', ids: [1, 2] }];
  const [sample] = samplesOf<Sample & { prefix: string }>(await elementsOf(fields, formatText('answer {lang} {question} {ids}', { outField: 'prefix' })));
  t.is(sample!.prefix, 'answer en what? [1 2]');
});

test('a template that is none is refused when the recipe is built; a field that samples lack does not compile', (t) => {
  t.throws(() => formatText('{a'), { instanceOf: UsageError, message: /formatText: the template "\{a" has a brace/ });
  // @ts-expect-error -- the samples have no field `label`
  t.notThrows(() => pipeline(memorySource([{ text: 'a' }]), formatText('a photo of a {label}')));
});
