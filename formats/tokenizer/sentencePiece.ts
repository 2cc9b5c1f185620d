import { bytePairs } from './bytePairs.js';
import { byteTrie } from './byteTrie.js';
import { PieceType, sentencePieceModel } from './sentencePieceModel.js';
import { sentencePieceNormalizer } from './sentencePieceNormalizer.js';
import type { Tokenizer } from './tokenizer.js';
import { unigram } from './unigram.js';

export interface SentencePieceOptions {
  /** Pieces to append to the vocabulary as user-defined symbols, in this order. @default none */
  readonly extraPieces?: readonly string[];
}

/** A SentencePiece model, which also knows the way back. */
export interface SentencePiece extends Tokenizer {
  /** The text of these ids: unknown pieces as the model's surface for them (` \u2047 `), control pieces as nothing, byte pieces as the bytes' text. */
  decode(ids: readonly number[]): string;
}

/**
 * A SentencePiece `.model` file: unigram or byte-pair encoding, with byte fallback, the normalizer's character map, user-defined and unused pieces. The ids
 * are those of the C++ library (held against its output in tests/conformance). Not here: sampling, the model types word and char, and the
 * denormalizer, which no public model has.
 *
 * @throws TokenizerError where the file is not such a model
 */
export function sentencePiece(bytes: Uint8Array, { extraPieces = [] }: SentencePieceOptions = {}): SentencePiece {
  const model = sentencePieceModel(bytes, extraPieces);
  const { pieces, types, named } = model;
  const of = (...wanted: readonly number[]): [string, number][] => pieces.flatMap((piece, id): [string, number][] => (wanted.includes(types[id]!) ? [[piece, id]] : []));
  const userPieces = of(PieceType.userDefined);
  const userDefined = userPieces.length === 0 ? undefined : byteTrie(userPieces);
  const trie = byteTrie(of(PieceType.normal, PieceType.userDefined, PieceType.unused));
  const normalize = sentencePieceNormalizer(model.normalizer, userDefined);
  const segment = model.type === 'unigram' ? unigram(model, trie) : bytePairs(model, trie, userDefined);
  const idByPiece = new Map(pieces.map((piece, id) => [piece, id]));
  const unknown = types.indexOf(PieceType.unknown);
  const byteIds = model.byteFallback ? Int32Array.from({ length: 256 }, (_, byte) => idByPiece.get(bytePiece(byte)) ?? unknown) : undefined;
  const control = (piece: string): number | undefined => {
    const id = idByPiece.get(piece);
    return id !== undefined && types[id] === PieceType.control ? id : undefined;
  };
  const [bos, eos, pad] = [control(named.bos), control(named.eos), control(named.pad)];

  return {
    format: 'sentencepiece',
    vocabularySize: pieces.length,
    special: { ...(bos === undefined ? {} : { bos }), ...(eos === undefined ? {} : { eos }), ...(pad === undefined ? {} : { pad }), unknown },
    idOf: (piece) => idByPiece.get(piece),
    encode(text) {
      const normalized = normalize(text);
      const { count, ids, ends } = segment(normalized.bytes, normalized.length);
      const found: number[] = [];
      for (let place = 0; place < count; place += 1) {
        const id = ids[place]!;
        if (id !== unknown) found.push(id);
        else if (byteIds !== undefined) for (let at = place === 0 ? 0 : ends[place - 1]!; at < ends[place]!; at += 1) found.push(byteIds[normalized.bytes[at]!]!);
        // A run of unknown characters is one unknown piece.
        else if (place === 0 || ids[place - 1] !== unknown) found.push(id);
      }
      return found;
    },
    decode(ids) {
      let text = '';
      let run: number[] = [];
      const endRun = (): void => {
        text += bytesText(run);
        run = [];
      };
      // The dummy space at the beginning is nobody's.
      let atStart = true;
      for (const id of ids) {
        const piece = pieces[id];
        if (piece === undefined) throw new RangeError(`no piece has the id ${id}, the vocabulary has ${pieces.length}`);
        if (types[id] === PieceType.byte) {
          run.push(Number.parseInt(piece.slice(3, 5), 16));
          continue;
        }
        endRun();
        if (text !== '') atStart = false;
        if (types[id] === PieceType.control) continue;
        if (id === unknown) {
          text += model.unkSurface;
          continue;
        }
        const { addDummyPrefix, removeExtraWhitespaces } = model.normalizer;
        const strip = atStart && piece.startsWith('\u2581') && (addDummyPrefix || removeExtraWhitespaces);
        if (strip && !removeExtraWhitespaces) atStart = false;
        text += (strip ? piece.slice(1) : piece).replaceAll('\u2581', ' ');
      }
      endRun();
      return text;
    },
  };
}

/** How the file writes the piece of a byte. */
function bytePiece(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** Bytes as text; each one that belongs to no character becomes U+FFFD. */
function bytesText(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const size = [1, 2, 3, 4].find((count) => at + count <= bytes.length && isCharacter(bytes.slice(at, at + count)));
    text += size === undefined ? '\ufffd' : Buffer.from(bytes.slice(at, at + size)).toString('utf8');
    at += size ?? 1;
  }
  return text;
}

function isCharacter(bytes: readonly number[]): boolean {
  const text = Buffer.from(bytes).toString('utf8');
  return [...text].length === 1 && Buffer.from(text).equals(Buffer.from(bytes));
}
