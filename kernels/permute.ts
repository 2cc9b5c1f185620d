import { hash32 } from './hash.js';

const ROUNDS = 6;

/**
 * Where index `index` of `0..length-1` goes in a pseudo-random permutation of (`length`, `seed`), in O(1) memory: a Feistel network over the
 * next even number of bits, walked again while it lands outside (cycle walking, Black & Rogaway 2002), so that it stays a bijection.
 */
export function permuteIndex(index: number, length: number, seed: number): number {
  if (!Number.isSafeInteger(length) || length < 1 || length > 2 ** 48) throw new RangeError(`length must be an integer from 1 to 2^48, got ${length}`);
  if (!Number.isSafeInteger(index) || index < 0 || index >= length) throw new RangeError(`index must be an integer from 0 to ${length - 1}, got ${index}`);
  if (length === 1) return 0;
  const half = Math.max(1, Math.ceil(Math.log2(length) / 2));
  const base = 2 ** half;
  let at = index;
  do {
    let left = Math.floor(at / base);
    let right = at % base;
    for (let round = 0; round < ROUNDS; round += 1) {
      const mixed = (hash32(`${right}`, (seed ^ Math.imul(round + 1, 0x9e3779b1)) >>> 0) ^ left) >>> 0;
      left = right;
      right = mixed % base;
    }
    at = left * base + right;
  } while (at >= length);
  return at;
}
