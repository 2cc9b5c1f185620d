import { gzipSync } from 'node:zlib';
import test from 'ava';
import { clipBpe } from '../../../formats/tokenizer/clipBpe.js';
import { TokenizerError } from '../../../formats/tokenizer/tokenizerError.js';

/** A file of the right size: these merges, then ones that nothing leads to. */
function vocabularyFile(merges: readonly string[]): Buffer {
  const rest = Array.from({ length: 49_152 - 256 - 2 - merges.length }, (_, nth) => `#${nth} #`);
  return Buffer.from(['#version: 0.2', ...merges, ...rest, 'left over', ''].join('\n'));
}

const MERGES = ['t h', 'th e</w>', 'c a', 'ca t</w>', 'a a', 'aa a</w>'];
const tokenizer = clipBpe(gzipSync(vocabularyFile(MERGES)));
const byte = (character: string, ends = false): number => (character.charCodeAt(0) - 33) + (ends ? 256 : 0);
const merged = (nth: number): number => 512 + nth;

test('merges by rank, ends of words apart', (t) => {
  t.deepEqual(tokenizer.encode('the cat'), [merged(1), merged(3)]);
  t.deepEqual(tokenizer.encode('thec'), [merged(0), byte('e'), byte('c', true)]);
  t.deepEqual(tokenizer.encode('aaaaa'), [merged(4), merged(5)]);
  t.deepEqual(tokenizer.encode('aaaa'), [merged(4), byte('a'), byte('a', true)]);
  t.deepEqual(tokenizer.encode(''), []);
});

test('texts are cleaned and lower-cased first', (t) => {
  t.deepEqual(tokenizer.encode('  The&amp;amp;\tCAT '), [merged(1), byte('&', true), merged(3)]);
});

test('bytes that are not printable have ids behind those that are', (t) => {
  const { idOf } = tokenizer;
  t.is(idOf('!'), 0);
  t.is(idOf('~'), 93);
  t.is(idOf('\u00a1'), 94);
  t.is(idOf('\u00ff'), 187);
  t.is(idOf('\u0100'), 188);
  t.is(idOf('\u0143</w>'), 511);
  t.deepEqual([tokenizer.vocabularySize, tokenizer.special], [49_408, { bos: 49_406, eos: 49_407 }]);
  t.deepEqual(tokenizer.encode('<|startoftext|>the<|endoftext|>'), [49_406, merged(1), 49_407]);
});

test('a long word takes time by its length', (t) => {
  t.true(tokenizer.encode('thcaaa'.repeat(10_000)).length > 10_000);
});

test('unpacked is read as well; other files are refused', (t) => {
  t.deepEqual(clipBpe(vocabularyFile(MERGES)).encode('the'), [merged(1)]);
  t.throws(() => clipBpe(Buffer.from('#version: 0.2\nt h\n')), { instanceOf: TokenizerError, message: /48894 merges/ });
  t.throws(() => clipBpe(gzipSync(vocabularyFile(MERGES)).subarray(0, 500)), { instanceOf: TokenizerError, message: /cannot be unpacked/ });
  t.throws(() => clipBpe(gzipSync(Buffer.alloc(2 ** 26))), { instanceOf: TokenizerError, message: /cannot be unpacked/ });
});
