import { genericWords as defaultGenericWords, stopWords as defaultStopWords } from './wordLists.js';

export interface CaptionNgramsOptions {
  /** Longest N-gram, in words. @default 10 (the paper) */
  readonly maxWords?: number;
  /** The enumeration stops after this many queries. @default 300 (the paper) */
  readonly maxQueries?: number;
  /**
   * Enumeration order, which decides what the cap keeps: `start` goes word by word and takes lengths 1..maxWords from each (nltk today), `length`
   * takes all single words, then all pairs, and so on (nltk before its sliding windows). The authors' version is unknown. @default 'start'
   */
  readonly order?: 'start' | 'length';
  /** N-grams made of these words alone are left out. @default NLTK's 127 words */
  readonly stopWords?: ReadonlySet<string>;
  /** Words removed before the N-grams are made, so an N-gram may span a removed word. @default the paper's 61 words */
  readonly genericWords?: ReadonlySet<string>;
}

/** What Python's `str.split()` splits at. `\s` has U+FEFF in addition and lacks U+001C..U+001F and U+0085. */
// oxlint-disable-next-line no-control-regex -- Python does split at these four
const pythonWhitespace = /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * The text queries of a picture: the word N-grams of its caption, by OWL-ST's rule (arXiv 2306.09683, appendix A.2).
 *
 * Lower-case, split at white space (as Python does), drop generic words, enumerate all contiguous N-grams, drop those of stop words alone, join
 * with one space, stop at the cap. No punctuation is stripped and nothing is de-duplicated: `canyon.jpg` is one word, and `cat cat` gives
 * `cat` twice.
 *
 *   captionNgrams('Monarch on a Zinnia')
 *   // monarch | monarch on | monarch on a | monarch on a zinnia | on a zinnia | a zinnia | zinnia
 *
 * Lower-casing follows the Unicode version of the running Node (17 in Node 20.20, 14 in Python 3.11: they differ in 307 characters, nearly all
 * of them added since).
 *
 * Throws a RangeError when maxWords or maxQueries is not an integer from 1 up.
 */
export function captionNgrams(caption: string, options: CaptionNgramsOptions = {}): string[] {
  const { maxWords = 10, maxQueries = 300, order = 'start', stopWords = defaultStopWords, genericWords = defaultGenericWords } = options;
  for (const [name, value] of Object.entries({ maxWords, maxQueries })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`captionNgrams: \`${name}\` must be an integer from 1 up, got ${value}`);
  }
  const words = caption.toLowerCase().split(pythonWhitespace).filter((word) => word !== '' && !genericWords.has(word));
  const ranges = order === 'start' ? startMajor(words.length, maxWords) : lengthMajor(words.length, maxWords);
  const queries: string[] = [];
  for (const [from, to] of ranges) {
    const ngram = words.slice(from, to);
    if (ngram.every((word) => stopWords.has(word))) continue;
    queries.push(ngram.join(' '));
    if (queries.length === maxQueries) break;
  }
  return queries;
}

function* startMajor(count: number, maxWords: number): Generator<readonly [number, number]> {
  for (let from = 0; from < count; from++) {
    for (let to = from + 1; to <= Math.min(count, from + maxWords); to++) yield [from, to];
  }
}

function* lengthMajor(count: number, maxWords: number): Generator<readonly [number, number]> {
  for (let length = 1; length <= Math.min(count, maxWords); length++) {
    for (let from = 0; from + length <= count; from++) yield [from, from + length];
  }
}
