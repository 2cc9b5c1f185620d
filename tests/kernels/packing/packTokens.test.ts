import test from 'ava';
import { packTokens } from '../../../kernels/packing/packTokens.js';

test('ids one behind the other; a token 0 is told from padding by its segment', (t) => {
  const { data, segmentIds, count } = packTokens([Int32Array.of(7, 0), Int32Array.of(), Int32Array.of(9)], 5);
  t.deepEqual([[...data], [...segmentIds], count], [[7, 0, 9, 0, 0], [1, 1, 3, 0, 0], 3]);
});
