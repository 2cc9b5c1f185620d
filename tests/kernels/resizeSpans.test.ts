import test from 'ava';
import { assert, constantFrom, integer, property } from 'fast-check';
import { resizeSpans } from '../../kernels/resizeSpans.js';

test('every output sums inputs that are there, from left to right, with weights that add up to 1 (of area: to the scale)', (t) => {
  const side = integer({ min: 1, max: 60 });
  assert(
    property(side, side, constantFrom('bicubic', 'area', 'lanczos3', 'lanczos5', 'mitchellcubic', 'gaussian', 'nearest'), constantFrom(true, false), (from, to, method, antialias) => {
      const { first, count, weights, taps } = resizeSpans(from, to, method, antialias);
      for (let o = 0; o < to; o += 1) {
        t.true(count[o]! >= 1 && count[o]! <= taps && first[o]! >= (o === 0 ? 0 : first[o - 1]!) && first[o]! + count[o]! <= from, `${method} ${from} to ${to}`);
        const sum = weights.subarray(o * taps, o * taps + count[o]!).reduce((total, weight) => total + weight, 0);
        t.true(Math.abs(sum - (method === 'area' ? from / to : 1)) < 1e-4 * Math.max(1, from / to), `${method} ${from} to ${to}: ${sum}`);
      }
    }),
  );
});

test('bilinear without antialiasing: lower neighbour and the share of the next', (t) => {
  const { first, count, weights } = resizeSpans(4, 2, 'bilinear', false);
  t.deepEqual([[...first], [...count], [weights[1], weights[3]]], [[0, 2], [2, 2], [0.5, 0.5]]);
});
