import test from 'ava';
import * as fc from 'fast-check';
import { add128, hash128, hash32, hex128, parseHex128, type Hash128 } from '../../kernels/hash.js';

test('hash32 is MurmurHash3 x86_32', (t) => {
  const known: [string, number, number][] = [
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['hello', 0, 0x248bfa47],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
  ];
  for (const [text, seed, expected] of known) t.is(hash32(text, seed), expected, text);
  t.is(hash32(Uint8Array.of(0x21, 0x43, 0x65, 0x87)), 0xf55b516b);
  t.is(hash32(Uint8Array.of(0x21, 0x43, 0x65)), 0x7e4a8634);
});

test('hash128 is MurmurHash3 x86_128', (t) => {
  const known: [string, string][] = [
    ['', '00000000000000000000000000000000'],
    ['0', '0ab2409ea5eb34f8a5eb34f8a5eb34f8'],
    ["I will not buy this tobacconist's, it is scratched.", '9b5b7ba2ef3f7866889adeaf00f3f98e'],
    ['I will not buy this record, it is scratched.', 'a0a9683b25ac5e40d9af2895890dddf5'],
    ['My hovercraft is full of eels.', 'e3a186aee169ba6c6a8bd9343c68fa9c'],
  ];
  for (const [text, expected] of known) t.is(hex128(hash128(text)), expected, text);
});

test('strings are hashed as UTF-8, from any place in a buffer', (t) => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), fc.nat(7), (text, shift) => {
    const shifted = new Uint8Array(shift + Buffer.byteLength(text) + 3).fill(0xa5);
    const bytes = shifted.subarray(shift, shift + Buffer.byteLength(text));
    bytes.set(Buffer.from(text));
    t.is(hash32(text), hash32(bytes));
    t.deepEqual(hash128(text), hash128(bytes));
  }));
  t.not(hash32('é'), hash32('e'));
});

test('flipping one bit flips about half of the bits', (t) => {
  let flips128 = 0;
  let flips32 = 0;
  const trials = 2_000;
  for (let trial = 0; trial < trials; trial++) {
    const bytes = Buffer.from(`shards/${trial}.tar record ${trial * 7}`);
    const before128 = hash128(bytes);
    const before32 = hash32(bytes);
    bytes[trial % bytes.length]! ^= 1 << trial % 8;
    hash128(bytes).forEach((part, i) => (flips128 += ones(part ^ before128[i]!)));
    flips32 += ones(hash32(bytes) ^ before32);
  }
  t.true(Math.abs(flips128 / trials - 64) < 1, String(flips128 / trials));
  t.true(Math.abs(flips32 / trials - 16) < 0.5, String(flips32 / trials));
});

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const hash = fc.tuple(word, word, word, word);

test('add128 is addition modulo 2^128 and hex128 reads it', (t) => {
  fc.assert(fc.property(hash, hash, (a, b) => {
    t.is(big(add128(a, b)), (big(a) + big(b)) % 2n ** 128n);
    t.deepEqual(parseHex128(hex128(a)), a);
  }));
  t.deepEqual(add128([0, 0, 0, 1], parseHex128('f'.repeat(32))), [0, 0, 0, 0]);
  t.deepEqual(add128([1, 2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [0, 0, 0, 1]), [2, 0, 0, 0]);
});

test('a text that is no hash is refused', (t) => {
  t.throws(() => parseHex128('abc'), { instanceOf: RangeError, message: 'a 128-bit hash must be 32 hex digits, got "abc"' });
});

function big(value: Hash128): bigint {
  return BigInt(`0x${hex128(value)}`);
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
