import test from 'ava';
import * as fc from 'fast-check';
import { sequenceLayout } from '../../../kernels/packing/sequenceLayout.js';

test('ids from 1, positions from 0 in each example, lengths added up, padding behind', (t) => {
  const { count, segmentIds, positions, cumulativeLengths, tokenWeights } = sequenceLayout([3, 2], 7, 3);
  t.is(count, 5);
  t.deepEqual([...segmentIds], [1, 1, 1, 2, 2, 0, 0]);
  t.deepEqual([...positions], [0, 1, 2, 0, 1, 0, 0]);
  t.deepEqual([...cumulativeLengths], [0, 3, 5, 5]);
  t.deepEqual([...tokenWeights], [1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 0, 0].map(Math.fround));
});

test('the weighted loss of packed sequences is the mean over examples of their own losses', (t) => {
  fc.assert(fc.property(fc.array(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 12 }), (losses) => {
    // Two sequences, so that means over tokens or over sequences would differ.
    const half = Math.ceil(losses.length / 3);
    let [sum, weights] = [0, 0];
    for (const part of [losses.slice(0, half), losses.slice(half)]) {
      const { tokenWeights } = sequenceLayout(part.map(({ length }) => length), 120);
      for (const [token, loss] of part.flat().entries()) sum += (tokenWeights[token] as number) * loss;
      for (const weight of tokenWeights) weights += weight;
    }
    const unpacked = losses.reduce((total, tokens) => total + tokens.reduce((a, b) => a + b, 0) / tokens.length, 0) / losses.length;
    return Math.abs(sum / weights - unpacked) < 1e-5;
  }));
  t.pass();
});

test('what does not fit is an error', (t) => {
  t.throws(() => sequenceLayout([3, 5], 7), { name: 'RangeError' });
  t.throws(() => sequenceLayout([1, 1], 7, 1), { name: 'RangeError' });
});
