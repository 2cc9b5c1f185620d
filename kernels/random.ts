import { hash128 } from './hash.js';

/**
 * A stream of random numbers that is a pure function of the words it was made of. Only additions, multiplications, divisions, square roots
 * and 32-bit integer arithmetic are used, so every machine and every JavaScript engine gives the same numbers.
 */
export interface Random {
  /** Raw bits: an integer 0 .. 2^32-1. Takes one draw. */
  bits32(): number;
  /** [0, 1) in steps of 2^-53. Takes two draws. */
  uniform(): number;
  /** [0, 1) in steps of 2^-32, at half the price; for noise. Takes one draw. */
  uniform32(): number;
  /** An integer, both ends included, without modulo bias. Throws a RangeError unless lo <= hi are safe integers less than 2^53 apart. */
  integer(lo: number, hi: number): number;
  /** A real from a up to b. */
  range(a: number, b: number): number;
  /** One element, all equally likely. Throws a RangeError on an empty array. */
  choice<T>(values: readonly T[]): T;
  /** One element with probability proportional to its weight; weight 0 is never taken. Throws a RangeError on bad weights. */
  weighted<T>(values: readonly T[], weights: readonly number[]): T;
  /** A new array in random order (Fisher-Yates); all orders equally likely. */
  shuffle<T>(values: readonly T[]): T[];
  /** True with probability p: never at p <= 0, always at p >= 1. */
  bernoulli(p: number): boolean;
  /** Standard normal (Marsaglia's polar method, one of its two values used). */
  normal(): number;
}

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;
const WARM_UP_DRAWS = 16;

/**
 * The random stream named by `words`, e.g. `counterRandom(seed, 'shuffle', origin, epoch)`: equal words, equal numbers; nothing is kept between
 * calls. Numbers and strings differ (`1` is not `'1'`), so do `('ab', 'c')` and `('a', 'bc')`; `-0` equals `0`.
 *
 * The words are hashed to 128 bits (MurmurHash3), which fill the whole state of Chris Doty-Humphrey's sfc32, a small chaotic generator with a
 * counter in its state (period at least 2^32 draws from any state); the first 16 draws are thrown away.
 *
 * Throws a RangeError on a number that is not finite.
 */
export function counterRandom(...words: (number | string)[]): Random {
  return new CounterRandom(hash128(encodeWords(words)));
}

/** Per word 17 bytes: its kind, then a number's double (little endian, 8 zeros) or a string's 128-bit hash. */
function encodeWords(words: readonly (number | string)[]): Uint8Array {
  const bytes = new Uint8Array(17 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, place) => {
    const at = 17 * place;
    if (typeof word === 'number') {
      if (!Number.isFinite(word)) throw new RangeError(`counterRandom: word ${place} must be finite, got ${word}`);
      bytes[at] = 1;
      view.setFloat64(at + 1, word + 0, true); // -0 + 0 is 0
    } else {
      bytes[at] = 2;
      hash128(word).forEach((part, i) => view.setUint32(at + 1 + 4 * i, part, true));
    }
  });
  return bytes;
}

class CounterRandom implements Random {
  // Signed 32-bit integers: V8 keeps them unboxed.
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor([a, b, c, counter]: Readonly<[number, number, number, number]>) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#counter = counter | 0;
    for (let draw = 0; draw < WARM_UP_DRAWS; draw++) this.bits32();
  }

  bits32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  uniform(): number {
    const high = this.bits32() >>> 5;
    return (high * 2 ** 26 + (this.bits32() >>> 6)) / TWO_53;
  }

  uniform32(): number {
    return this.bits32() / TWO_32;
  }

  integer(lo: number, hi: number): number {
    const count = hi - lo + 1;
    if (!Number.isSafeInteger(lo) || !Number.isSafeInteger(hi) || lo > hi || count > TWO_53) {
      throw new RangeError(`random.integer: needs safe integers lo <= hi, less than 2^53 apart, got ${lo}..${hi}`);
    }
    // Draws at or above the last whole multiple of `count` would favour small results: they are drawn again.
    const space = count <= TWO_32 ? TWO_32 : TWO_53;
    const limit = space - (space % count);
    for (;;) {
      const draw = space === TWO_32 ? this.bits32() : this.uniform() * TWO_53;
      if (draw < limit) return lo + (draw % count);
    }
  }

  range(a: number, b: number): number {
    return a + (b - a) * this.uniform();
  }

  choice<T>(values: readonly T[]): T {
    if (values.length === 0) throw new RangeError('random.choice: needs at least one value, got an empty array');
    return values[this.integer(0, values.length - 1)]!;
  }

  weighted<T>(values: readonly T[], weights: readonly number[]): T {
    if (values.length !== weights.length) {
      throw new RangeError(`random.weighted: needs one weight per value, got ${weights.length} weights for ${values.length} values`);
    }
    let total = 0;
    let last = -1;
    weights.forEach((weight, i) => {
      if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`random.weighted: weight ${i} must be finite and >= 0, got ${weight}`);
      total += weight;
      if (weight > 0) last = i;
    });
    if (last < 0 || total === Infinity) throw new RangeError(`random.weighted: the weights must add up to a finite number above 0, got ${total}`);
    let rest = this.uniform() * total;
    for (let i = 0; i < last; i++) {
      if (rest < weights[i]!) return values[i]!;
      rest -= weights[i]!;
    }
    return values[last]!; // also where rounding has left a crumb of `rest`
  }

  shuffle<T>(values: readonly T[]): T[] {
    const result = [...values];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  }

  bernoulli(p: number): boolean {
    return this.uniform() < p;
  }

  normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * logarithm(square)) / square);
    }
  }
}

/** ln of a number in (0, 1]. Math.log may differ in its last bit between engines; this does not. */
function logarithm(value: number): number {
  let halvings = 0;
  let scaled = value;
  while (scaled < Math.SQRT1_2) {
    scaled *= 2;
    halvings++;
  }
  // ln s = 2 atanh t with t = (s-1)/(s+1), |t| < 0.172: the terms left out are below 2^-56 of the sum.
  const t = (scaled - 1) / (scaled + 1);
  let sum = 0;
  for (let power = 21; power >= 1; power -= 2) sum = sum * t * t + 1 / power;
  return 2 * t * sum - halvings * Math.LN2;
}
