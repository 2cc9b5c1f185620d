import type { Tokenizer } from './tokenizer.js';
import { TokenizerError } from './tokenizerError.js';

export interface WordPieceOptions {
  /** Lower-case letters and take accents off: for the vocabularies named uncased. @default true */
  readonly uncased?: boolean;
}

/** Words longer than this many characters are the unknown piece, as in BERT. */
const MAX_WORD = 100;
const CACHED_WORDS = 32_768;

/**
 * BERT's WordPiece with a vocabulary of one piece a line: control characters removed, Chinese characters apart, accents off and lower case (uncased), words
 * split at white space and punctuation, then of each word the longest piece from the left, `##` before those that go on; a word that cannot be cut is `[UNK]`.
 *
 * `special`: `[CLS]` begins, `[SEP]` ends, `[PAD]` pads. Their names inside a text are ordinary characters.
 *
 * @throws TokenizerError where the file has no `[UNK]` or is not UTF-8
 */
export function wordPiece(bytes: Uint8Array, { uncased = true }: WordPieceOptions = {}): Tokenizer {
  const pieces = lines(bytes);
  const idByPiece = new Map(pieces.map((piece, id) => [piece, id]));
  const unknown = idByPiece.get('[UNK]');
  if (unknown === undefined) throw new TokenizerError('no WordPiece vocabulary: no line says [UNK]');
  const [bos, eos, pad] = [idByPiece.get('[CLS]'), idByPiece.get('[SEP]'), idByPiece.get('[PAD]')];
  const longest = pieces.reduce((most, piece) => Math.max(most, piece.length), 0);
  const cache = new Map<string, readonly number[]>();

  const cut = (word: string): readonly number[] => {
    if (word.length > MAX_WORD && [...word].length > MAX_WORD) return [unknown];
    const ids: number[] = [];
    for (let from = 0; from < word.length; ) {
      const before = from === 0 ? '' : '##';
      let to = Math.min(word.length, from + longest);
      let id: number | undefined;
      while (to > from && (id = idByPiece.get(before + word.slice(from, to))) === undefined) to -= 1;
      if (id === undefined) return [unknown];
      ids.push(id);
      from = to;
    }
    return ids;
  };

  return {
    format: 'wordpiece',
    vocabularySize: pieces.length,
    special: { ...(bos === undefined ? {} : { bos }), ...(eos === undefined ? {} : { eos }), ...(pad === undefined ? {} : { pad }), unknown },
    idOf: (piece) => idByPiece.get(piece),
    encode(text) {
      const found: number[] = [];
      for (const [word] of normalized(text, uncased).matchAll(WORD)) {
        let ids = cache.get(word);
        if (ids === undefined) {
          if (cache.size >= CACHED_WORDS) cache.clear();
          cache.set(word, (ids = cut(word)));
        }
        for (const id of ids) found.push(id);
      }
      return found;
    },
  };
}

const WORD = /[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+/gu;
const CHINESE = /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
const isAscii = (text: string): boolean => /^[\t\n\r -~]*$/.test(text);

function normalized(text: string, uncased: boolean): string {
  if (isAscii(text)) return uncased ? text.toLowerCase() : text;
  const clean = text.replace(/[\ufffd\p{C}]/gu, (character) => (/\s/.test(character) && character !== '\ufeff' ? ' ' : '')).replace(CHINESE, ' $& ');
  if (!uncased) return clean;
  // A capital sigma at a word's end: JavaScript lower-cases it by its place, the reference letter by letter.
  return clean.normalize('NFD').replace(/\p{Mn}/gu, '').replaceAll('\u03a3', '\u03c3').toLowerCase();
}

function lines(bytes: Uint8Array): string[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TokenizerError('no WordPiece vocabulary: it is not UTF-8', { cause });
  }
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}
