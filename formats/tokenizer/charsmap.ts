import { TokenizerError } from './tokenizerError.js';

/**
 * The precompiled character map of a SentencePiece model: which bytes are replaced by which (`nmt_nfkc` and the like), as a Darts double-array trie over
 * UTF-8 and a heap of NUL-terminated replacements.
 */
export interface Charsmap {
  /** Units of the trie: label in the low byte, bit 8 tells that a string ends here, the rest is the offset. */
  readonly units: Uint32Array;
  readonly replacements: Uint8Array;
}

/** @throws TokenizerError where the sizes do not fit */
export function charsmap(bytes: Uint8Array): Charsmap {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length < 4 ? -1 : view.getUint32(0, true);
  if (size < 1024 || size % 4 !== 0 || size + 4 >= bytes.length || bytes.at(-1) !== 0) throw new TokenizerError(`the character map of the SentencePiece model is broken (${bytes.length} bytes)`);
  const units = Uint32Array.from({ length: size / 4 }, (_, place) => view.getUint32(4 + 4 * place, true));
  return { units, replacements: bytes.subarray(4 + size) };
}

/** Where `longestMatch` leaves its answer, without an object for each character. */
export interface Match {
  /** Bytes that match; 0: none. */
  length: number;
  /** Where the replacement starts. */
  start: number;
  /** Where its NUL stands. */
  end: number;
}

/** The longest string of the map that starts at `text[from]`, before `to`. */
export function longestMatch({ units, replacements }: Charsmap, text: Uint8Array, from: number, to: number, match: Match): void {
  match.length = 0;
  let node = offsetOf(units[0]!);
  for (let at = from; at < to; at += 1) {
    const byte = text[at]!;
    node ^= byte;
    const unit = units[node];
    // The high bit marks a value: it is the label of no byte.
    if (unit === undefined || (unit & 0x800000ff) !== byte) break;
    node ^= offsetOf(unit);
    if ((unit & 0x100) !== 0) {
      match.length = at + 1 - from;
      match.start = units[node]! & 0x7fffffff;
    }
  }
  if (match.length > 0) {
    const end = replacements.indexOf(0, match.start);
    match.end = end < 0 ? replacements.length : end;
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
