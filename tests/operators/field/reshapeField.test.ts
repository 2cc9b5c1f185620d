import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { reshapeField } from '../../../operators/field/reshapeField.js';
import { preprocess } from '../../../operators/preprocess/preprocess.js';
import { applied } from './applied.js';

test('other axes, and without the last', async (t) => {
  t.deepEqual(await applied([{ a: [1, 2, 3, 4] }, { a: [1] }], reshapeField({ field: 'a', shape: [2, -1] })), [{ a: [[1, 2], [3, 4]] }, 'field-shape']);
  t.deepEqual(await applied([{ a: [[1], [2]] }], preprocess('squeeze_last_dim(key="a")|reshape([-1, 1], inkey="a", outkey="b")')), [{ a: [1, 2], b: [[1], [2]] }]);
  for (const shape of [[-1, -1], [-2], [1.5]]) t.throws(() => reshapeField({ field: 'a', shape }), { instanceOf: UsageError, message: /`shape`/ });
});
