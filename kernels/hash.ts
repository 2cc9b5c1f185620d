/**
 * Hashes for identity, partitioning and seeds; not for security. The functions are MurmurHash3 x86_32 and x86_128 (public domain, Austin
 * Appleby), so any language can recompute them. Strings are hashed as their UTF-8; a lone surrogate counts as U+FFFD.
 */

/** 128 bits as four unsigned 32-bit words, the first the most significant. */
export type Hash128 = [number, number, number, number];

/**
 * MurmurHash3 x86_32.
 *
 * @param seed 0 .. 2^32-1 @default 0
 * @returns 0 .. 2^32-1
 */
export function hash32(data: string | Uint8Array, seed = 0): number {
  const bytes = bytesOf(data);
  const blocks = bytes.length & ~3;
  let h = seed | 0;
  for (let at = 0; at < blocks; at += 4) {
    h ^= scramble(word(bytes, at, 4), 0xcc9e2d51, 15, 0x1b873593);
    h = (Math.imul(rotate(h, 13), 5) + 0xe6546b64) | 0;
  }
  h ^= scramble(word(bytes, blocks, bytes.length - blocks), 0xcc9e2d51, 15, 0x1b873593);
  return finish(h ^ bytes.length) >>> 0;
}

/**
 * MurmurHash3 x86_128.
 *
 * Inputs of at most 4 bytes repeat their last words (a property of the function): hash such inputs together with a prefix where all 128 bits
 * must count.
 *
 * @param seed 0 .. 2^32-1 @default 0
 */
export function hash128(data: string | Uint8Array, seed = 0): Hash128 {
  const bytes = bytesOf(data);
  const length = bytes.length;
  let h1 = seed | 0;
  let h2 = h1;
  let h3 = h1;
  let h4 = h1;
  let at = 0;
  for (; at + 16 <= length; at += 16) {
    h1 ^= scramble(word(bytes, at, 4), 0x239b961b, 15, 0xab0e9789);
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= scramble(word(bytes, at + 4, 4), 0xab0e9789, 16, 0x38b34ae5);
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= scramble(word(bytes, at + 8, 4), 0x38b34ae5, 17, 0xa1e38b93);
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= scramble(word(bytes, at + 12, 4), 0xa1e38b93, 18, 0x239b961b);
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  // The last 0..15 bytes; a word without bytes is 0 and changes nothing.
  h1 ^= scramble(word(bytes, at, length - at), 0x239b961b, 15, 0xab0e9789);
  h2 ^= scramble(word(bytes, at + 4, length - at - 4), 0xab0e9789, 16, 0x38b34ae5);
  h3 ^= scramble(word(bytes, at + 8, length - at - 8), 0x38b34ae5, 17, 0xa1e38b93);
  h4 ^= scramble(word(bytes, at + 12, length - at - 12), 0xa1e38b93, 18, 0x239b961b);
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = finish((h2 + h1) | 0);
  h3 = finish((h3 + h1) | 0);
  h4 = finish((h4 + h1) | 0);
  h1 = finish(h1);
  h1 = (h1 + h2 + h3 + h4) | 0;
  return [h1 >>> 0, (h2 + h1) >>> 0, (h3 + h1) >>> 0, (h4 + h1) >>> 0];
}

/** Sum modulo 2^128: the order-free digest of a set is the sum of its members' hashes. */
export function add128(a: Readonly<Hash128>, b: Readonly<Hash128>): Hash128 {
  const w3 = a[3] + b[3];
  const w2 = a[2] + b[2] + (w3 > 0xffffffff ? 1 : 0);
  const w1 = a[1] + b[1] + (w2 > 0xffffffff ? 1 : 0);
  const w0 = a[0] + b[0] + (w1 > 0xffffffff ? 1 : 0);
  return [w0 >>> 0, w1 >>> 0, w2 >>> 0, w3 >>> 0];
}

/** 32 lower-case hex digits, most significant first. */
export function hex128(hash: Readonly<Hash128>): string {
  return hash.map((part) => part.toString(16).padStart(8, '0')).join('');
}

/** Inverse of `hex128`. Throws a RangeError unless the text is 32 hex digits. */
export function parseHex128(text: string): Hash128 {
  if (!/^[0-9a-f]{32}$/i.test(text)) throw new RangeError(`a 128-bit hash must be 32 hex digits, got ${JSON.stringify(text)}`);
  const part = (from: number) => Number.parseInt(text.slice(from, from + 8), 16);
  return [part(0), part(8), part(16), part(24)];
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'utf8') : data; // three times as fast as TextEncoder on short strings
}

/** Little-endian word of the first `count` bytes at `at` (at most 4; none gives 0). */
function word(bytes: Uint8Array, at: number, count: number): number {
  if (count >= 4) return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  let value = 0;
  for (let i = 0; i < count; i++) value |= bytes[at + i]! << (8 * i);
  return value;
}

function scramble(value: number, before: number, turn: number, after: number): number {
  return Math.imul(rotate(Math.imul(value, before), turn), after);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function finish(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
