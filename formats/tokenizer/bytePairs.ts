import type { ByteTrie } from './byteTrie.js';
import { MergeAgenda } from './mergeAgenda.js';
import { PieceType, type SentencePieceModel } from './sentencePieceModel.js';
import { characterBytes, longestPiece } from './sentencePieceNormalizer.js';
import type { Segments } from './unigram.js';

/** Words whose segments are remembered, and the longest of them in bytes. Captions repeat words: nine of ten are found. */
const CACHED_WORDS = 32_768;
const CACHED_BYTES = 48;

/**
 * SentencePiece's byte-pair encoding: of all neighbours that make a piece together the best-scored are merged, again and again; of equal ones the leftmost.
 * User-defined symbols are found first and never merged. A piece that is `unused` is taken apart again, as it was merged.
 *
 * Where no piece has a space behind anything but spaces, as in nearly all models, nothing is ever merged over the beginning of a word: words are cut apart
 * first, and those that are seen often are looked up. The result is the same.
 */
export function bytePairs({ pieces, scores, types }: SentencePieceModel, trie: ByteTrie, userDefined: ByteTrie | undefined): (text: Uint8Array, length: number) => Segments {
  const unknownId = types.indexOf(PieceType.unknown);
  const someUnused = types.includes(PieceType.unused);
  const cuttable = pieces.every((piece, id) => (types[id] !== PieceType.normal && types[id] !== PieceType.userDefined && types[id] !== PieceType.unused) || /^\u2581*[^\u2581]*$/.test(piece));
  const cache = new Map<string, Int32Array>();
  const out: Segments = { count: 0, ids: new Int32Array(0), ends: new Int32Array(0) };
  const agenda = new MergeAgenda();
  /** Symbols: where they end, how many bytes they have (0: merged away), their neighbours (-1: none), whether they never merge. */
  let [ends, sizes, before, after] = [new Int32Array(0), new Int32Array(0), new Int32Array(0), new Int32Array(0)];
  let frozen = new Uint8Array(0);
  /** The text as something that gives keys of the cache; the normalizer keeps one array for most texts. */
  let view: Buffer = Buffer.alloc(0);
  /** How unused pieces came about in this text: the bytes of their left half. */
  const halves = new Map<number, number>();

  const idAt = (text: Uint8Array, from: number, to: number): number => {
    let node = 0;
    for (let at = from; at < to; at += 1) {
      const child = trie.base[node]! ^ text[at]!;
      if (trie.parent[child] !== node) return -1;
      node = child;
    }
    return trie.value[node]!;
  };

  const propose = (text: Uint8Array, left: number, right: number): void => {
    if (left < 0 || right < 0 || frozen[left] === 1 || frozen[right] === 1) return;
    const id = idAt(text, ends[left]! - sizes[left]!, ends[right]!);
    if (id < 0) return;
    agenda.push(scores[id]!, left, right, sizes[left]! + sizes[right]!);
    if (someUnused && types[id] === PieceType.unused) halves.set(id, sizes[left]!);
  };

  const emit = (text: Uint8Array, from: number, to: number): void => {
    const id = idAt(text, from, to);
    const half = someUnused && id >= 0 && types[id] === PieceType.unused ? halves.get(id) : undefined;
    if (half !== undefined) {
      emit(text, from, from + half);
      emit(text, from + half, to);
      return;
    }
    out.ids[out.count] = id < 0 ? unknownId : id;
    out.ends[out.count] = to;
    out.count += 1;
  };

  const merge = (text: Uint8Array, from: number, to: number): void => {
    let count = 0;
    for (let at = from; at < to; count += 1) {
      const user = userDefined === undefined ? 0 : longestPiece(userDefined, text, at, to);
      sizes[count] = user > 0 ? user : Math.min(characterBytes(text[at]!), to - at);
      frozen[count] = user > 0 ? 1 : 0;
      at += sizes[count]!;
      ends[count] = at;
      before[count] = count - 1;
      after[count] = at === to ? -1 : count + 1;
    }
    for (let right = 1; right < count; right += 1) propose(text, right - 1, right);
    while (agenda.pop()) {
      const { left, right, size } = agenda;
      if (sizes[left] === 0 || sizes[right] === 0 || sizes[left]! + sizes[right]! !== size) continue;
      sizes[left] = size;
      ends[left] = ends[right]!;
      sizes[right] = 0;
      after[left] = after[right]!;
      if (after[left]! >= 0) before[after[left]!] = left;
      propose(text, before[left]!, left);
      propose(text, left, after[left]!);
    }
    for (let at = 0; at >= 0; at = after[at]!) emit(text, ends[at]! - sizes[at]!, ends[at]!);
  };

  const word = (text: Uint8Array, from: number, to: number): void => {
    if (to - from > CACHED_BYTES) return merge(text, from, to);
    if (view.buffer !== text.buffer) view = Buffer.from(text.buffer, text.byteOffset, text.length);
    const key = view.toString('latin1', from, to);
    const known = cache.get(key);
    if (known !== undefined) {
      for (let at = 0; at < known.length; at += 2) {
        out.ids[out.count] = known[at]!;
        out.ends[out.count] = from + known[at + 1]!;
        out.count += 1;
      }
      return;
    }
    const first = out.count;
    merge(text, from, to);
    if (cache.size >= CACHED_WORDS) cache.clear();
    const found = new Int32Array(2 * (out.count - first));
    for (let at = first; at < out.count; at += 1) {
      found[2 * (at - first)] = out.ids[at]!;
      found[2 * (at - first) + 1] = out.ends[at]! - from;
    }
    cache.set(key, found);
  };

  return (text, length) => {
    if (ends.length < length) {
      const size = 2 * length + 64;
      [ends, sizes, before, after] = [new Int32Array(size), new Int32Array(size), new Int32Array(size), new Int32Array(size)];
      frozen = new Uint8Array(size);
      [out.ids, out.ends] = [new Int32Array(size), new Int32Array(size)];
    }
    out.count = 0;
    halves.clear();
    if (!cuttable) {
      if (length > 0) merge(text, 0, length);
      return out;
    }
    for (let from = 0; from < length; ) {
      let to = from;
      while (to < length && isSpace(text, to)) to += 3;
      while (to < length && !isSpace(text, to)) to += 1;
      word(text, from, to);
      from = to;
    }
    return out;
  };
}

/** Whether `\u2581` stands there. */
function isSpace(text: Uint8Array, at: number): boolean {
  return text[at] === 0xe2 && text[at + 1] === 0x96 && text[at + 2] === 0x81;
}
