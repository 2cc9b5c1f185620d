import type { ByteTrie } from './byteTrie.js';
import { PieceType, type SentencePieceModel } from './sentencePieceModel.js';
import { characterBytes } from './sentencePieceNormalizer.js';

/** A text cut into pieces: `ids[n]` are the bytes `[ends[n - 1], ends[n])`; the first `count` of the arrays, until the next call. */
export interface Segments {
  count: number;
  ids: Int32Array;
  ends: Int32Array;
}

/** An unknown character costs this much more than the worst piece. */
const UNKNOWN_PENALTY = 10;

/**
 * The most probable segmentation under a unigram language model (Kudo, arXiv 1804.10959), by dynamic programming over the positions of the text. Sums are
 * rounded to float32 and ties go to the piece that starts first, as in SentencePiece, so that the ids are the same where two ways cost the same.
 *
 * A character that is no piece by itself may be the unknown piece. A user-defined symbol of n bytes scores 0.1 (n - 1), better than any piece: found by
 * trying SentencePiece 0.2.3. (Versions before gave it n times the best score less 0.1, which could lose.)
 */
export function unigram({ scores, types }: SentencePieceModel, trie: ByteTrie): (text: Uint8Array, length: number) => Segments {
  const { base, parent, value } = trie;
  let least = Infinity;
  types.forEach((type, id) => {
    if (type === PieceType.normal) least = Math.min(least, scores[id]!);
  });
  // A model without normal pieces has nothing to weigh unknown characters against.
  const unknownScore = Math.fround((least === Infinity ? 0 : least) - UNKNOWN_PENALTY);
  const unknownId = types.indexOf(PieceType.unknown);
  const plain = types.every((type) => type !== PieceType.userDefined && type !== PieceType.unused);
  /** Of the best way to each end: its sum, where its last piece starts, and which that is. */
  let [best, starts, ids] = [new Float32Array(0), new Int32Array(0), new Int32Array(0)];
  const out: Segments = { count: 0, ids: new Int32Array(0), ends: new Int32Array(0) };

  return (text, length) => {
    if (best.length <= length) {
      const size = 2 * length + 64;
      [best, starts, ids] = [new Float32Array(size), new Int32Array(size), new Int32Array(size)];
      [out.ids, out.ends] = [new Int32Array(size), new Int32Array(size)];
    }
    starts.fill(-1, 0, length + 1);
    best[0] = 0;
    for (let from = 0; from < length; ) {
      const before = best[from]!;
      const character = Math.min(from + characterBytes(text[from]!), length);
      let single = false;
      let node = 0;
      for (let at = from; at < length; ) {
        const child = base[node]! ^ text[at]!;
        if (parent[child] !== node) break;
        node = child;
        at += 1;
        const id = value[node]!;
        if (id < 0) continue;
        let score = scores[id]!;
        if (!plain) {
          if (types[id] === PieceType.unused) continue;
          if (types[id] === PieceType.userDefined) score = Math.fround(0.1 * (at - from - 1));
        }
        const sum = Math.fround(before + score);
        if (starts[at] === -1 || sum > best[at]!) {
          best[at] = sum;
          starts[at] = from;
          ids[at] = id;
        }
        if (at === character) single = true;
      }
      if (!single) {
        const sum = Math.fround(before + unknownScore);
        if (starts[character] === -1 || sum > best[character]!) {
          best[character] = sum;
          starts[character] = from;
          ids[character] = unknownId;
        }
      }
      from = character;
    }
    let count = 0;
    for (let end = length; end > 0; end = starts[end]!) count += 1;
    out.count = count;
    for (let end = length, place = count - 1; end > 0; end = starts[end]!, place -= 1) {
      out.ids[place] = ids[end]!;
      out.ends[place] = end;
    }
    return out;
  };
}
