import test from 'ava';
import { array, assert, integer, property } from 'fast-check';
import { bestFitDecreasing } from '../../../kernels/packing/bestFitDecreasing.js';
import { exactFitDecreasing } from '../../../kernels/packing/exactFitDecreasing.js';
import { counterRandom } from '../../../kernels/random.js';

test('the longest that fits, unless two hardly shorter ones fill the sequence', (t) => {
  // 60 leaves 40: 38 fits best, but 37 and 3 leave nothing. 35 and 5 would give up too much of 38.
  t.deepEqual(exactFitDecreasing([60, 38, 37, 3], 100), [[0, 2, 3], [1]]);
  t.deepEqual(exactFitDecreasing([60, 38, 33, 7], 100), [[0, 1], [2, 3]]);
  t.deepEqual(exactFitDecreasing([50, 50, 50], 100), [[0, 1], [2]]);
  t.deepEqual(exactFitDecreasing([50, 25, 25], 100), [[0, 1, 2]]);
  t.deepEqual(exactFitDecreasing([], 8), []);
  t.deepEqual(exactFitDecreasing([0, 8, 0], 8), [[1, 0, 2]]);
});

test('every example stands in one sequence, and none is over its capacity', (t) => {
  assert(
    property(integer({ min: 1, max: 90 }), array(integer({ min: 0, max: 90 }), { maxLength: 120 }), (capacity, drawn) => {
      const lengths = drawn.map((length) => Math.min(length, capacity));
      const sequences = exactFitDecreasing(lengths, capacity);
      t.deepEqual(sequences.flat().toSorted((a, b) => a - b), lengths.map((_, place) => place));
      for (const sequence of sequences) t.true(sequence.reduce((sum, place) => sum + (lengths[place] as number), 0) <= capacity);
    }),
  );
});

test('fuller than best fit where examples are long, and as full where they are short', (t) => {
  for (const [name, least, most] of [['long', 40, 250], ['short', 1, 60]] as const) {
    const random = counterRandom('lengths', name);
    let [exact, best] = [0, 0];
    for (let window = 0; window < 20; window += 1) {
      const lengths = Array.from({ length: 1000 }, () => random.integer(least, most));
      exact += exactFitDecreasing(lengths, 384).length;
      best += bestFitDecreasing(lengths.map((length) => [length]), { capacities: [384] }).length;
    }
    t.true(exact <= best, `${name}: ${exact} sequences, ${best} with best fit`);
  }
});
