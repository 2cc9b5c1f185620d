import test from 'ava';
import { joinArrays } from '../../kernels/joinArrays.js';

test('behind each other', (t) => {
  t.deepEqual(joinArrays([Float32Array.of(1, 2), new Float32Array(0), Float32Array.of(3)]), Float32Array.of(1, 2, 3));
  t.deepEqual(joinArrays([]), new Float32Array(0));
});
