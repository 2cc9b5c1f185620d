import test from 'ava';
import * as fc from 'fast-check';
import golden from '../../golden/owl/ngrams.json' with { type: 'json' };
import { captionNgrams } from '../../../kernels/labels/ngrams.js';
import { genericWords, stopWords } from '../../../kernels/labels/wordLists.js';

const none: ReadonlySet<string> = new Set();

test('the word lists are those of the golden file', (t) => {
  t.deepEqual([...stopWords], golden.cases.stopwords);
  t.deepEqual([...genericWords], golden.cases.generic_words);
  t.deepEqual([stopWords.size, genericWords.size], [127, 61]);
});

for (const { caption, all_ngrams_count_max10, queries, n_queries, length_major_order_queries, same_set_as_length_major_order } of golden.cases.captions) {
  test(`golden: ${JSON.stringify(caption).slice(0, 60)}`, (t) => {
    const byStart = captionNgrams(caption);
    const byLength = captionNgrams(caption, { order: 'length' });
    t.deepEqual(abridged(byStart, queries), queries);
    t.deepEqual(abridged(byLength, length_major_order_queries), length_major_order_queries);
    t.deepEqual([byStart.length, byLength.length], [n_queries, n_queries]);
    t.is(captionNgrams(caption, { stopWords: none, maxQueries: 1_000 }).length, all_ngrams_count_max10);
    t.is(byStart.toSorted().join() === byLength.toSorted().join(), same_set_as_length_major_order);
  });
}

/** The file writes long lists as a head, three dots and a tail. */
function abridged(list: string[], model: string[]): string[] {
  const cut = model.indexOf('...');
  return cut < 0 ? list : [...list.slice(0, cut), '...', ...list.slice(list.length - (model.length - cut - 1))];
}

test('splits where Python does', (t) => {
  const whitespace = '\t\n\v\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
  for (const space of whitespace) t.deepEqual(captionNgrams(`x${space}y`, { maxWords: 1 }), ['x', 'y'], space.codePointAt(0)!.toString(16));
  for (const letter of '\ufeff\u200b\u180e\u2060') t.deepEqual(captionNgrams(`x${letter}y`), [`x${letter}y`], letter.codePointAt(0)!.toString(16));
  for (let code = 0; code < 0x10000; code++) {
    const split = captionNgrams(`0${String.fromCharCode(code)}0`, { maxWords: 1 }).length === 2;
    if (split !== whitespace.includes(String.fromCharCode(code))) t.fail(code.toString(16));
  }
});

test('lower-cases as Python does, the final sigma and the dotted I included', (t) => {
  t.deepEqual(captionNgrams('ΣΊΣΥΦΟΣ ÉCOLE İZMİR ẞ', { maxWords: 1 }), ['σίσυφος', 'école', 'i̇zmi̇r', 'ß']);
});

const words = fc.array(fc.constantFrom('cat', 'dog', 'the', 'of', 'bus,', 'stock', 'photo', '猫'), { maxLength: 45 });
const bounds = fc.record({ maxWords: fc.integer({ min: 1, max: 12 }), order: fc.constantFrom('start' as const, 'length' as const) });

test('without lists there are sum over n of W - n + 1 N-grams, each a run of the words', (t) => {
  fc.assert(fc.property(words, bounds, (list, options) => {
    const ngrams = captionNgrams(list.join(' '), { ...options, maxQueries: 10_000, stopWords: none, genericWords: none });
    let expected = 0;
    for (let n = 1; n <= Math.min(options.maxWords, list.length); n++) expected += list.length - n + 1;
    t.is(ngrams.length, expected);
    const text = ` ${list.join(' ')} `;
    t.true(ngrams.every((ngram) => text.includes(` ${ngram} `) && ngram.split(' ').length <= options.maxWords));
  }));
});

test('both orders give the same N-grams as long as the cap is not reached', (t) => {
  fc.assert(fc.property(words, (list) => {
    const byStart = captionNgrams(list.join(' '), { maxQueries: 10_000 });
    const byLength = captionNgrams(list.join(' '), { maxQueries: 10_000, order: 'length' });
    t.deepEqual(byStart.toSorted(), byLength.toSorted());
    const lengths = byLength.map((ngram) => ngram.split(' ').length);
    t.deepEqual(lengths, lengths.toSorted((a, b) => a - b));
    t.true(byStart.every((ngram) => ngram.split(' ').some((word) => !stopWords.has(word)) && !/\b(stock|photo)\b/.test(ngram)));
  }));
});

test('the cap keeps the first queries', (t) => {
  fc.assert(fc.property(words, bounds, fc.integer({ min: 1, max: 400 }), (list, options, maxQueries) => {
    const all = captionNgrams(list.join(' '), { ...options, maxQueries: 10_000 });
    t.deepEqual(captionNgrams(list.join(' '), { ...options, maxQueries }), all.slice(0, maxQueries));
  }));
});

test('bounds below 1 are refused', (t) => {
  t.throws(() => captionNgrams('', { maxWords: 0 }), { instanceOf: RangeError, message: 'captionNgrams: `maxWords` must be an integer from 1 up, got 0' });
  t.throws(() => captionNgrams('', { maxQueries: 0.5 }), { instanceOf: RangeError, message: /`maxQueries` .* got 0.5/ });
});
