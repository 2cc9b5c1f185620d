import test from 'ava';
import { permuteIndex } from '../../kernels/permute.js';

const permutation = (length: number, seed: number): number[] => Array.from({ length }, (_, index) => permuteIndex(index, length, seed));

test('a bijection for every length from 1 to 2000', (t) => {
  for (let length = 1; length <= 2000; length += 1) {
    const seen = new Uint8Array(length);
    for (let index = 0; index < length; index += 1) seen[permuteIndex(index, length, 7)] = 1;
    if (seen.includes(0)) return t.fail(`length ${length}`);
  }
  t.pass();
});

test('far apart, up to 2^48', (t) => {
  const length = 2 ** 48;
  const places = [0, 1, 2, length / 2, length - 2, length - 1].map((index) => permuteIndex(index, length, 1));
  t.is(new Set(places).size, places.length);
  t.true(places.every((place) => Number.isSafeInteger(place) && place >= 0 && place < length));
});

test('roughly uniform: every index goes everywhere, about equally often', (t) => {
  const seeds = 3000;
  for (const length of [2, 3, 7, 10, 16]) {
    for (const index of new Set([0, 1, length - 1])) {
      const counts = Array<number>(length).fill(0);
      for (let seed = 0; seed < seeds; seed += 1) (counts[permuteIndex(index, length, seed)] as number) += 1;
      const expected = seeds / length;
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // One in 100,000 of a fair permutation is above this (Wilson-Hilferty).
      const freedom = length - 1;
      const bound = freedom * (1 - 2 / (9 * freedom) + 4.265 * Math.sqrt(2 / (9 * freedom))) ** 3;
      t.true(chiSquare < bound, `index ${index} of ${length}: ${counts.join(' ')}`);
    }
  }
});

test('pairs come out in either order, and neighbours do not stay together', (t) => {
  const length = 100;
  let rising = 0;
  let neighbours = 0;
  for (let seed = 0; seed < 50; seed += 1) {
    const places = permutation(length, seed);
    for (let index = 1; index < length; index += 1) {
      const step = (places[index] as number) - (places[index - 1] as number);
      if (step > 0) rising += 1;
      if (Math.abs(step) === 1) neighbours += 1;
    }
  }
  const pairs = 50 * (length - 1);
  t.true(Math.abs(rising / pairs - 0.5) < 0.03, `${rising} of ${pairs} rise`);
  t.true(neighbours / pairs < 0.03, `${neighbours} of ${pairs} are neighbours; 2 in ${length} by chance`);
});

test('of (length, seed) alone', (t) => {
  t.deepEqual(permutation(50, 3), permutation(50, 3));
  t.notDeepEqual(permutation(50, 3), permutation(50, 4));
  t.notDeepEqual(permutation(50, 3), permutation(51, 3).slice(0, 50));
});

test('arguments out of range are refused', (t) => {
  t.throws(() => permuteIndex(0, 0, 1), { name: 'RangeError', message: 'length must be an integer from 1 to 2^48, got 0' });
  t.throws(() => permuteIndex(0, 2.5, 1), { name: 'RangeError' });
  t.throws(() => permuteIndex(5, 5, 1), { name: 'RangeError', message: 'index must be an integer from 0 to 4, got 5' });
  t.throws(() => permuteIndex(-1, 5, 1), { name: 'RangeError' });
});
