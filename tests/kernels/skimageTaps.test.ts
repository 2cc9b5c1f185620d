import test from 'ava';
import { assert, integer, property } from 'fast-check';
import { skimageTaps } from '../../kernels/skimageTaps.js';

const sides = integer({ min: 1, max: 300 });

test('an axis that keeps its length is copied', (t) => {
  t.deepEqual(skimageTaps(5, 5), { width: 1, start: Int32Array.of(0, 1, 2, 3, 4), weights: Float64Array.of(1, 1, 1, 1, 1) });
});

test('enlarging is linear between pixel centres, mirrored at the edges', (t) => {
  const { width, start, weights } = skimageTaps(2, 4);
  t.is(width, 2);
  t.deepEqual([...start], [0, 0, 0, 0]);
  // Centres at -0.25, 0.25, 0.75, 1.25: the first and the last fold back.
  t.deepEqual([...weights], [0.75, 0.25, 0.75, 0.25, 0.25, 0.75, 0.25, 0.75]);
});

test('halving smooths with sigma 0.5 before it takes the middle of two pixels', (t) => {
  const { width, start, weights } = skimageTaps(16, 8);
  // Radius 2, so two neighbouring kernels of 5 make a band of 6.
  t.is(width, 6);
  const kernel = [-2, -1, 0, 1, 2].map((x) => Math.exp(-2 * x * x));
  const sum = kernel.reduce((a, b) => a + b);
  const want = [0, 1, 2, 3, 4, 5].map((k) => ((kernel[k] ?? 0) + (kernel[k - 1] ?? 0)) / (2 * sum));
  t.is(start[4], 6);
  for (let k = 0; k < 6; k += 1) t.true(Math.abs(weights[4 * width + k]! - want[k]!) < 1e-15);
});

test('a single pixel spreads everywhere, and everything shrinks to one pixel', (t) => {
  t.deepEqual([...skimageTaps(1, 3).weights], [1, 1, 1]);
  const { width, weights } = skimageTaps(9, 1);
  t.is(width, 9);
  t.true(Math.abs(weights.reduce((a, b) => a + b) - 1) < 1e-12);
});

test('rows are convex combinations inside the axis, in order', (t) => {
  assert(property(sides, sides, (from, to) => {
    const { width, start, weights } = skimageTaps(from, to);
    t.is(weights.length, to * width);
    for (let i = 0; i < to; i += 1) {
      const row = weights.subarray(i * width, (i + 1) * width);
      t.true(row.every((weight) => weight >= 0));
      t.true(Math.abs(row.reduce((a, b) => a + b, 0) - 1) < 1e-9);
      t.true(start[i]! >= 0 && start[i]! + width <= from);
      t.true(i === 0 || start[i]! >= start[i - 1]!);
    }
  }), { numRuns: 60 });
});

test('the weights of an axis are the mirror image of themselves', (t) => {
  assert(property(sides, sides, (from, to) => {
    const { width, start, weights } = skimageTaps(from, to);
    const at = (i: number, x: number): number => (x < start[i]! || x >= start[i]! + width ? 0 : weights[i * width + x - start[i]!]!);
    for (let i = 0; i < to; i += 1) for (let x = 0; x < from; x += 1) t.true(Math.abs(at(i, x) - at(to - 1 - i, from - 1 - x)) < 1e-9);
  }), { numRuns: 20 });
});
