import test from 'ava';
import { blend } from '../../kernels/blend.js';

test('a share of one and the rest of the other, in single precision; the inputs stay', (t) => {
  const [a, b] = [Float32Array.of(0, 2, -1), Float32Array.of(1, 4, 3)];
  t.deepEqual(blend(a, b, 0.75), Float32Array.of(0.25, 2.5, 0));
  t.deepEqual([a, b], [Float32Array.of(0, 2, -1), Float32Array.of(1, 4, 3)]);
  t.deepEqual(blend(a, b, 1), a);
  t.deepEqual(blend(a, b, 0), b);
  t.is(blend(Float32Array.of(1), Float32Array.of(0), 0.7)[0], Math.fround(0.7));
});

test('what differs in length is refused', (t) => {
  t.throws(() => blend(Float32Array.of(1), Float32Array.of(1, 2), 0.5), { instanceOf: RangeError, message: 'blend: 1 values cannot be mixed with 2' });
});
