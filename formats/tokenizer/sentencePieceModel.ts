import { protobuf, type WireField } from './protobuf.js';
import { TokenizerError } from './tokenizerError.js';

/** Kinds of pieces, with the numbers of the file. */
export const PieceType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** How text is brought into the form that pieces are looked up in. */
export interface NormalizerSpec {
  /** Darts trie and replacements, see `charsmap`; empty: text as it is. */
  readonly charsmap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
  readonly escapeWhitespaces: boolean;
  readonly treatWhitespaceAsSuffix: boolean;
}

/** What a SentencePiece `.model` file says, as far as encoding and decoding need it. Piece n has id n. */
export interface SentencePieceModel {
  readonly type: 'unigram' | 'bpe';
  readonly pieces: readonly string[];
  readonly scores: Float32Array;
  /** A `PieceType` each. */
  readonly types: Uint8Array;
  readonly byteFallback: boolean;
  /** What an unknown piece is decoded to. */
  readonly unkSurface: string;
  /** The names of the special pieces. */
  readonly named: { readonly bos: string; readonly eos: string; readonly pad: string };
  readonly normalizer: NormalizerSpec;
}

const MODEL_TYPES = ['', 'unigram', 'bpe', 'word', 'char'];
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Read a SentencePiece model (`sentencepiece_model.proto`). `extraPieces` are appended as user-defined pieces of score 0, which is how PaliGemma gets its
 * `<locNNNN>` and `<segNNN>` (specs/vision-language.md 1.5).
 *
 * @throws TokenizerError where the file is no model, has no or several unknown pieces, repeats a piece, or is of the type word or char
 */
export function sentencePieceModel(bytes: Uint8Array, extraPieces: readonly string[] = []): SentencePieceModel {
  const pieces: string[] = [];
  const scores: number[] = [];
  const types: number[] = [];
  let trainer = new Map<number, WireField['value']>();
  let normalizer = new Map<number, WireField['value']>();
  for (const { field, value } of protobuf(bytes)) {
    if (typeof value === 'number') continue;
    if (field === 1) {
      const { piece, score, type } = readPiece(value, pieces.length);
      pieces.push(piece);
      scores.push(score);
      types.push(type);
    } else if (field === 2) trainer = fields(value);
    else if (field === 3) normalizer = fields(value);
  }
  for (const piece of extraPieces) {
    pieces.push(piece);
    scores.push(0);
    types.push(PieceType.userDefined);
  }
  const type = MODEL_TYPES[number(trainer, 3, 1)];
  if (type !== 'unigram' && type !== 'bpe') throw new TokenizerError(`a SentencePiece model of the type ${type ?? number(trainer, 3, 1)}; unigram and bpe are read`);
  check(pieces, types);
  const byteFallback = number(trainer, 35, 0) !== 0;
  if (byteFallback && types.filter((kind) => kind === PieceType.byte).length !== 256) throw new TokenizerError('a SentencePiece model with byte_fallback must have 256 byte pieces');
  return {
    type,
    pieces,
    scores: Float32Array.from(scores),
    types: Uint8Array.from(types),
    byteFallback,
    unkSurface: text(trainer, 44, ' \u2047 '),
    named: { bos: text(trainer, 46, '<s>'), eos: text(trainer, 47, '</s>'), pad: text(trainer, 48, '<pad>') },
    normalizer: {
      charsmap: normalizer.get(2) instanceof Uint8Array ? (normalizer.get(2) as Uint8Array) : new Uint8Array(0),
      addDummyPrefix: number(normalizer, 3, 1) !== 0,
      removeExtraWhitespaces: number(normalizer, 4, 1) !== 0,
      escapeWhitespaces: number(normalizer, 5, 1) !== 0,
      treatWhitespaceAsSuffix: number(trainer, 24, 0) !== 0,
    },
  };
}

function readPiece(bytes: Uint8Array, id: number): { readonly piece: string; readonly score: number; readonly type: number } {
  let piece = '';
  let score = 0;
  let type: number = PieceType.normal;
  for (const { field, value } of protobuf(bytes)) {
    if (field === 1 && typeof value !== 'number') piece = utf8(value, `piece ${id}`);
    else if (field === 2 && typeof value === 'number') score = value;
    else if (field === 3 && typeof value === 'number') type = value;
  }
  if (piece === '') throw new TokenizerError(`piece ${id} of the SentencePiece model is empty`);
  if (!Number.isFinite(score)) throw new TokenizerError(`piece ${id} of the SentencePiece model has the score ${score}`);
  return { piece, score, type };
}

function check(pieces: readonly string[], types: readonly number[]): void {
  if (pieces.length === 0) throw new TokenizerError('no SentencePiece model: it has no pieces');
  const unknown = types.filter((type) => type === PieceType.unknown).length;
  if (unknown !== 1) throw new TokenizerError(`a SentencePiece model must have one unknown piece, this has ${unknown}`);
  const seen = new Set<string>();
  for (const piece of pieces) {
    if (seen.has(piece)) throw new TokenizerError(`the piece ${JSON.stringify(piece)} is twice in the SentencePiece model`);
    seen.add(piece);
  }
}

/** The last value of each field, as protocol buffers have it. */
function fields(bytes: Uint8Array): Map<number, WireField['value']> {
  const found = new Map<number, WireField['value']>();
  for (const { field, value } of protobuf(bytes)) found.set(field, value);
  return found;
}

function number(message: ReadonlyMap<number, WireField['value']>, field: number, fallback: number): number {
  const value = message.get(field);
  return typeof value === 'number' ? value : fallback;
}

function text(message: ReadonlyMap<number, WireField['value']>, field: number, fallback: string): string {
  const value = message.get(field);
  return value instanceof Uint8Array ? utf8(value, `field ${field}`) : fallback;
}

function utf8(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new TokenizerError(`${what} of the SentencePiece model is not UTF-8`, { cause });
  }
}
