import test from 'ava';
import * as fc from 'fast-check';
import { counterRandom } from '../../kernels/random.js';

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw);

test('golden values: the same on every machine', (t) => {
  const random = counterRandom(7, 'shuffle', 'shards/00001.tar', 0);
  t.deepEqual(draws(4, () => random.bits32()), [1361338810, 866193419, 3365097251, 4221342140]);
  t.is(random.uniform(), 0.5752986889054542);
  t.is(random.uniform32(), 0.177077665226534);
  t.is(random.integer(1, 6), 1);
  t.is(random.normal(), 0.534060860562909);
  t.deepEqual(random.shuffle([0, 1, 2, 3, 4, 5, 6, 7]), [5, 7, 1, 0, 6, 4, 3, 2]);
});

test('equal words give equal numbers, other words give others', (t) => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })), { maxLength: 5 }), (words) => {
    t.is(first(...words), first(...words));
    t.not(first(...words), first(...words, 0));
  }));
  t.not(first('ab', 'c'), first('a', 'bc'));
  t.not(first(1), first('1'));
  t.not(first(1, 2), first(2, 1));
  t.not(first(0, 1), first(1));
  t.is(first(-0), first(0));
  t.throws(() => counterRandom('seed', Number.NaN), { instanceOf: RangeError, message: 'counterRandom: word 1 must be finite, got NaN' });
});

test('neighbouring streams are not alike', (t) => {
  const size = 40_000;
  let product = 0;
  const cells = zeros(16);
  for (let i = 0; i < size; i++) {
    const a = counterRandom(1, 'noise', i).uniform();
    product += (a - 0.5) * (counterRandom(1, 'noise', i + 1).uniform() - 0.5);
    cells[Math.floor(a * 16)]!++;
  }
  t.true(Math.abs(product / size) < 4 / 12 / Math.sqrt(size));
  t.true(chiSquare(cells, cells.map(() => size / 16)) < 45); // 15 degrees of freedom, p below 1e-4
});

test('uniform numbers fill [0, 1) evenly, alone and in pairs', (t) => {
  const random = counterRandom('evenness');
  for (const draw of [() => random.uniform(), () => random.uniform32()]) {
    const values = draws(65_536, draw);
    t.true(values.every((value) => value >= 0 && value < 1));
    const cells = zeros(256);
    for (let i = 0; i < values.length; i += 2) cells[16 * Math.floor(values[i]! * 16) + Math.floor(values[i + 1]! * 16)]!++;
    t.true(chiSquare(cells, cells.map(() => 128)) < 350); // 255 degrees of freedom, p below 1e-4
  }
  // 53 bits: some draws are no multiples of 2^-32.
  t.true(draws(20, () => random.uniform()).some((value) => !Number.isInteger(value * 2 ** 32)));
});

test('every bit is set half of the time', (t) => {
  const random = counterRandom('bits');
  const set = zeros(32);
  for (let i = 0; i < 20_000; i++) {
    const word = random.bits32();
    for (let bit = 0; bit < 32; bit++) set[bit]! += (word >>> bit) & 1;
  }
  for (const count of set) t.true(Math.abs(count - 10_000) < 5 * Math.sqrt(5_000));
});

test('integer takes both ends, evenly, over any span', (t) => {
  const random = counterRandom('integers');
  const counts = zeros(7);
  for (let i = 0; i < 14_000; i++) counts[random.integer(-3, 3) + 3]!++;
  t.true(chiSquare(counts, counts.map(() => 2_000)) < 28);
  // 3 * 2^30 values: plain `% count` of 32 bits would favour the lowest third two to one.
  const low = draws(6_000, () => random.integer(0, 3 * 2 ** 30 - 1)).filter((value) => value < 2 ** 30).length;
  t.true(Math.abs(low - 2_000) < 200, String(low));
  fc.assert(fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
    const [lo, hi] = a < b ? [a, b] : [b, a];
    if (hi - lo + 1 > 2 ** 53) return;
    const value = random.integer(lo, hi);
    t.true(Number.isSafeInteger(value) && value >= lo && value <= hi, `${lo}..${hi} gave ${value}`);
  }));
  t.is(random.integer(5, 5), 5);
  for (const [lo, hi] of [[1, 0], [0.5, 2], [0, 2 ** 53], [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]] as const) {
    t.throws(() => random.integer(lo, hi), { instanceOf: RangeError, message: /^random\.integer: needs safe integers/ });
  }
});

test('range, bernoulli and choice', (t) => {
  const random = counterRandom('small ones');
  const values = draws(10_000, () => random.range(-8, 8));
  t.true(values.every((value) => value >= -8 && value < 8));
  t.true(Math.abs(mean(values)) < 0.2);
  t.true(Math.abs(draws(10_000, () => Number(random.bernoulli(0.3))).filter(Boolean).length - 3_000) < 200);
  t.false(draws(100, () => Number(random.bernoulli(0))).includes(1));
  t.false(draws(100, () => Number(random.bernoulli(1))).includes(0));
  t.is(new Set(Array.from({ length: 100 }, () => random.choice(['a', 'b', 'c']))).size, 3);
  t.throws(() => random.choice([]), { instanceOf: RangeError, message: /at least one value/ });
});

test('weighted follows the weights and never takes a zero', (t) => {
  const random = counterRandom('weights');
  const counts: Record<string, number> = { a: 0, b: 0, c: 0, d: 0 };
  for (let i = 0; i < 10_000; i++) counts[random.weighted(['a', 'b', 'c', 'd'], [0, 1, 3, 0])]!++;
  t.is(counts['a'], 0);
  t.is(counts['d'], 0);
  t.true(Math.abs(counts['b']! - 2_500) < 200, JSON.stringify(counts));
  t.throws(() => random.weighted(['a'], []), { instanceOf: RangeError, message: /0 weights for 1 values/ });
  t.throws(() => random.weighted(['a'], [-1]), { instanceOf: RangeError, message: /weight 0 must be finite and >= 0, got -1/ });
  t.throws(() => random.weighted(['a'], [0]), { instanceOf: RangeError, message: /finite number above 0, got 0/ });
});

test('shuffle is a new array in any order', (t) => {
  const random = counterRandom('orders');
  const values = [1, 2, 3, 4];
  const orders = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = random.shuffle(values).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  t.deepEqual(values, [1, 2, 3, 4]);
  t.is(orders.size, 24);
  t.true(chiSquare([...orders.values()], zeros(24).map(() => 1_000)) < 58);
  t.deepEqual(random.shuffle([]), []);
});

test('normal has mean 0, variance 1, no skew and normal tails', (t) => {
  const random = counterRandom('bell');
  const values = draws(40_000, () => random.normal());
  const moment = (power: number) => mean(values.map((value) => value ** power));
  t.true(Math.abs(moment(1)) < 0.02);
  t.true(Math.abs(moment(2) - 1) < 0.03);
  t.true(Math.abs(moment(3)) < 0.06);
  t.true(Math.abs(moment(4) - 3) < 0.15);
  const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / values.length;
  t.true(Math.abs(beyondTwo - 0.0455) < 0.005, String(beyondTwo));
});

function first(...words: (number | string)[]): string {
  return draws(3, bits(words)).join();
}

function bits(words: (number | string)[]): () => number {
  const random = counterRandom(...words);
  return () => random.bits32();
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function chiSquare(observed: number[], expected: number[]): number {
  return observed.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);
}
