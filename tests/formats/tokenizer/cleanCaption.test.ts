import test from 'ava';
import * as fc from 'fast-check';
import { cleanCaption } from '../../../formats/tokenizer/cleanCaption.js';

const cases: readonly (readonly [string, string])[] = [
  ['a photo of a cat', 'a photo of a cat'],
  ['  two \t\n spaces ', 'two spaces'],
  ['&amp;lt; &#39;x&#39; &#x41; &quot;', '< \'x\' A "'],
  ['&nosuch; & &#0; &#xd800;', '&nosuch; & \ufffd &#xd800;'],
  ['\u2018curly\u2019 \u201cquotes\u201d', '\'curly\' "quotes"'],
  ['\ufb01 \uff21\uff22 e\u0301', 'fi AB \u00e9'],
  ['\u0000bell\u0007 \ufeffmark', 'bell mark'],
];

for (const [text, clean] of cases) {
  test(`${JSON.stringify(text)} becomes ${JSON.stringify(clean)}`, (t) => t.is(cleanCaption(text), clean));
}

test('plain ASCII with single spaces stays as it is', (t) => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'abcXYZ019.,!?-"#'), minLength: 1, maxLength: 8 }), { maxLength: 8 }), (words) => {
      t.is(cleanCaption(words.join(' ')), words.join(' '));
    }),
    { seed: 1 },
  );
});
