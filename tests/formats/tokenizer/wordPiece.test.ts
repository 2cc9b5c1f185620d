import test from 'ava';
import { TokenizerError } from '../../../formats/tokenizer/tokenizerError.js';
import { wordPiece } from '../../../formats/tokenizer/wordPiece.js';

const VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'cat', 'ca', '##t', '##s', 'cafe', ',', '\u732b', 'un', '##cat', 'a', '##a', 'Cat', '$', '\u03c3\u03bf\u03c3'];
const file = (lines: readonly string[]): Uint8Array => Buffer.from(`${lines.join('\n')}\n`);
const { encode, special, idOf } = wordPiece(file(VOCABULARY));
const pieces = (text: string): string[] => encode(text).map((id) => VOCABULARY[id]!);

test('the longest piece from the left, word by word', (t) => {
  t.deepEqual(pieces('cats uncats'), ['cat', '##s', 'un', '##cat', '##s']);
  t.deepEqual(pieces(' cat\t\ncat,cat$ '), ['cat', 'cat', ',', 'cat', '$']);
  t.deepEqual(pieces('cat catx'), ['cat', '[UNK]']);
  t.deepEqual(pieces(''), []);
});

test('uncased: lower case, accents off, a final sigma is none; Chinese characters are words', (t) => {
  t.deepEqual(pieces('CAT Caf\u00e9 cafe\u0301'), ['cat', 'cafe', 'cafe']);
  t.deepEqual(pieces('cat\u732bcat'), ['cat', '\u732b', 'cat']);
  t.deepEqual(pieces('\u03a3\u039f\u03a3'), ['\u03c3\u03bf\u03c3']);
  t.deepEqual(pieces('c\u0000a\u200bt\ufffd'), ['cat']);
});

test('a word of more than 100 characters is unknown', (t) => {
  t.is(pieces('a'.repeat(100)).length, 100);
  t.deepEqual(pieces('a'.repeat(101)), ['[UNK]']);
});

test('cased: letters as they are', (t) => {
  const cased = wordPiece(file(VOCABULARY), { uncased: false });
  t.deepEqual(cased.encode('Cat CAT'), [VOCABULARY.indexOf('Cat'), VOCABULARY.indexOf('[UNK]')]);
});

test('special tokens: by name, and never out of a text', (t) => {
  t.deepEqual(special, { bos: 2, eos: 3, pad: 0, unknown: 1 });
  t.is(idOf('##t'), 6);
  t.false(encode('[SEP]').includes(3));
});

test('what is no vocabulary is refused', (t) => {
  t.throws(() => wordPiece(file(['a', 'b'])), { instanceOf: TokenizerError, message: /no line says \[UNK\]/ });
  t.throws(() => wordPiece(Buffer.from([0xff, 0xfe])), { instanceOf: TokenizerError, message: /not UTF-8/ });
});
