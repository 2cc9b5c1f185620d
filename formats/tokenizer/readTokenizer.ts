import { clipBpe } from './clipBpe.js';
import { sentencePiece } from './sentencePiece.js';
import type { Tokenizer } from './tokenizer.js';
import { TokenizerError } from './tokenizerError.js';
import { tokenizerJson } from './tokenizerJson.js';
import { wordPiece } from './wordPiece.js';

export interface ReadTokenizerOptions {
  /** Pieces to append to a SentencePiece vocabulary, such as `locPieces` and `segPieces`. @default none */
  readonly extraPieces?: readonly string[];
}

/**
 * The tokenizer that a file holds, told by its content, not its name: a SentencePiece model, a `tokenizer.json`, a WordPiece vocabulary (uncased) or CLIP's
 * merges.
 *
 * @throws TokenizerError where it is none of these, or broken, or where pieces cannot be appended
 */
export function readTokenizer(bytes: Uint8Array, { extraPieces = [] }: ReadTokenizerOptions = {}): Tokenizer {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  // Field 1 of the message, a piece, comes first in every SentencePiece model.
  if (bytes[0] === 0x0a) return sentencePiece(bytes, { extraPieces });
  if (extraPieces.length > 0) throw new TokenizerError('pieces can be appended to a SentencePiece vocabulary alone');
  if (head.startsWith('\x1f\x8b') || head.includes('#version: 0.2')) return clipBpe(bytes);
  if (/^\s*\{/.test(head)) return tokenizerJson(bytes);
  if (/(^|\n)\[UNK\]\r?\n/.test(Buffer.from(bytes).toString('latin1'))) return wordPiece(bytes);
  throw new TokenizerError(`no tokenizer: ${bytes.length === 0 ? 'the file is empty' : `it begins with ${JSON.stringify(head.slice(0, 16))}`}; read are SentencePiece .model, tokenizer.json, WordPiece vocab.txt and CLIP's merges`);
}
