import test from 'ava';
import { orderByScore } from '../../kernels/orderByScore.js';

test('best first, equal scores in their order', (t) => {
  t.deepEqual([...orderByScore([0.1, 0.9, 0.5, 0.9, -Infinity, Infinity, Infinity])], [5, 6, 1, 3, 2, 0, 4]);
  t.deepEqual([...orderByScore([])], []);
});

test('refuses NaN', (t) => {
  t.throws(() => orderByScore([1, NaN]), { instanceOf: RangeError, message: /scores\[1\] is NaN/ });
});
