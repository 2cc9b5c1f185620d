import test from 'ava';
import { formatText } from '../../../kernels/text/formatText.js';

test('fields by their names; numbers and lists as TensorFlow writes them', (t) => {
  t.is(formatText('answer {lang} {question}', { lang: 'en', question: 'what?' }), 'answer en what?');
  t.is(formatText('{a}{b} {a}', { a: [1, 2], b: 3.14 }), '[1 2]3.14 [1 2]');
  t.is(formatText('{a}', { a: Int32Array.of(7, 8) }), '[7 8]');
  t.is(formatText('no fields', {}), 'no fields');
  t.is(formatText('{a}', { a: '{b}' }), '{b}');
});

test('what cannot be written is an error that names the field', (t) => {
  t.throws(() => formatText('{a}', {}), { instanceOf: RangeError, message: /wants the field a/ });
  t.throws(() => formatText('{toString}', {}), { instanceOf: RangeError, message: /wants the field toString/ });
  t.throws(() => formatText('{a}', { a: {} }), { instanceOf: RangeError, message: /field a is no text/ });
  for (const template of ['{', '}', '{a', '{a:03d}', '{}', '{a b}']) t.throws(() => formatText(template, { a: 1 }), { instanceOf: RangeError, message: /brace that belongs to no/ });
});
