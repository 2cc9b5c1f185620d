import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { concatFields } from '../../../operators/field/concatFields.js';
import { preprocess } from '../../../operators/preprocess/preprocess.js';
import { applied } from './applied.js';
import { general } from './general.js';

for (const { op, in: fields, out } of general('concat')) {
  test(`as big_vision's ${op}`, async (t) => {
    const want = [{ ...(fields as object), a: out }];
    t.deepEqual(await applied([fields as object], concatFields({ fields: ['a', 'b'] })), want);
    t.deepEqual(await applied([fields as object], preprocess(op)), want);
  });
}

test('into another field; what does not fit is refused', async (t) => {
  t.deepEqual(await applied([{ a: [1], b: [2] }, { a: [1], b: 2 }], concatFields({ fields: ['a', 'b'], into: 'c', axis: 0 })), [{ a: [1], b: [2], c: [1, 2] }, 'field-shape']);
  t.throws(() => concatFields({ fields: ['a'], axis: 0.5 }), { instanceOf: UsageError });
});
