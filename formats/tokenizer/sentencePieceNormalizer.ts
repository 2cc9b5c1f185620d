import type { ByteTrie } from './byteTrie.js';
import { charsmap, longestMatch, type Match } from './charsmap.js';
import type { NormalizerSpec } from './sentencePieceModel.js';

/** Text in the form that pieces are looked up in: the first `length` of `bytes`, until the next call. */
export interface Normalized {
  bytes: Uint8Array;
  length: number;
}

const SPACE = 0x20;
const encoder = new TextEncoder();

/**
 * SentencePiece's normalizer: characters replaced by the model's map (longest match first), a dummy space before the text (after it where white space is a
 * suffix), runs of spaces made one and those at the ends taken off, spaces written as `\u2581`. What matches a user-defined symbol is left as it is.
 *
 * One call at a time: the result is overwritten by the next.
 */
export function sentencePieceNormalizer(spec: NormalizerSpec, userDefined: ByteTrie | undefined): (text: string) => Normalized {
  const map = spec.charsmap.length === 0 ? undefined : charsmap(spec.charsmap);
  const plain = plainAscii(map, userDefined);
  const match: Match = { length: 0, start: 0, end: 0 };
  const space = spec.escapeWhitespaces ? [0xe2, 0x96, 0x81] : [SPACE];
  let input: Uint8Array<ArrayBufferLike> = new Uint8Array(1024);
  const out: Normalized = { bytes: new Uint8Array(1024), length: 0 };

  /** Bytes of the text in `input`. */
  let end = 0;
  /** What stands at the place that `look` was asked for: `from[start..stop]`, for `taken` bytes of the text. */
  let from = input;
  let [start, stop, taken] = [0, 0, 0];

  // Functions are made once: each one that is made for a text costs as much as normalizing it.
  const addSpace = (): void => {
    for (const byte of space) out.bytes[out.length++] = byte;
  };
  const endsInSpace = (): boolean => out.length >= space.length && space.every((byte, nth) => out.bytes[out.length - space.length + nth] === byte);
  const reserve = (count: number): void => {
    if (out.length + count <= out.bytes.length) return;
    const larger = new Uint8Array(2 * (out.length + count));
    larger.set(out.bytes.subarray(0, out.length));
    out.bytes = larger;
  };
  const look = (at: number): void => {
    const user = userDefined === undefined ? 0 : longestPiece(userDefined, input, at, end);
    if (user === 0 && map !== undefined) {
      longestMatch(map, input, at, end, match);
      if (match.length > 0) {
        from = map.replacements;
        start = match.start;
        stop = match.end;
        taken = match.length;
        return;
      }
    }
    from = input;
    start = at;
    taken = user > 0 ? user : Math.min(characterBytes(input[at]!), end - at);
    stop = at + taken;
  };

  return (text) => {
    if (input.length < text.length * 3) input = new Uint8Array(text.length * 6);
    end = encoder.encodeInto(text, input).written;
    out.length = 0;
    let at = 0;
    if (spec.removeExtraWhitespaces) {
      while (at < end) {
        look(at);
        if (stop - start !== 1 || from[start] !== SPACE) break;
        at += taken;
      }
    }
    if (at === end) return out;
    if (spec.addDummyPrefix && !spec.treatWhitespaceAsSuffix) addSpace();
    let afterSpace = spec.removeExtraWhitespaces;
    while (at < end) {
      const byte = input[at]!;
      // Most of most texts: an ASCII character before another one, which means itself.
      if (byte < 128 && plain[byte] === 1 && (at + 1 === end || input[at + 1]! < 128)) {
        if (out.length === out.bytes.length) reserve(1);
        out.bytes[out.length++] = byte;
        afterSpace = false;
        at += 1;
        continue;
      }
      look(at);
      at += taken;
      while (afterSpace && start < stop && from[start] === SPACE) start += 1;
      if (start < stop) {
        reserve(3 * (stop - start));
        for (let place = start; place < stop; place += 1) {
          const copied = from[place]!;
          if (copied === SPACE) addSpace();
          else out.bytes[out.length++] = copied;
        }
        afterSpace = from[stop - 1] === SPACE;
      }
      if (!spec.removeExtraWhitespaces) afterSpace = false;
    }
    if (spec.removeExtraWhitespaces) while (endsInSpace()) out.length -= space.length;
    reserve(3);
    if (spec.addDummyPrefix && spec.treatWhitespaceAsSuffix) addSpace();
    return out;
  };
}

/** Bytes of the character that starts with this byte. */
export function characterBytes(byte: number): number {
  return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** Bytes of the longest piece of the trie that stands at `text[from]`, before `to`; 0: none. */
export function longestPiece({ base, parent, value }: ByteTrie, text: Uint8Array, from: number, to: number): number {
  let node = 0;
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const child = base[node]! ^ text[at]!;
    if (parent[child] !== node) break;
    node = child;
    if (value[node]! >= 0) length = at + 1 - from;
  }
  return length;
}

/** 1 for the ASCII characters, space excepted, that nothing happens to when ASCII follows. */
function plainAscii(map: ReturnType<typeof charsmap> | undefined, userDefined: ByteTrie | undefined): Uint8Array {
  const match: Match = { length: 0, start: 0, end: 0 };
  return Uint8Array.from({ length: 128 }, (_, byte) => {
    if (byte === SPACE || (userDefined !== undefined && userDefined.parent[userDefined.base[0]! ^ byte] === 0)) return 0;
    if (map === undefined) return 1;
    for (let second = 0; second < 128; second += 1) {
      longestMatch(map, Uint8Array.of(byte, second), 0, 2, match);
      if (match.length > 0) return 0;
    }
    return 1;
  });
}
