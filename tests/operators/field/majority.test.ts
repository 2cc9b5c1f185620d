import test from 'ava';
import { majority } from '../../../operators/field/majority.js';
import { preprocess } from '../../../operators/preprocess/preprocess.js';
import { applied } from './applied.js';
import { general } from './general.js';

for (const { op, in: value, out } of general('majority')) {
  test(`as big_vision's ${op}`, async (t) => {
    t.deepEqual(await applied([{ a: value }], majority({ field: 'a' })), [{ a: out }]);
    t.deepEqual(await applied([{ a: value }], preprocess('majority(inkey="a", outkey="b")')), [{ a: value, b: out }]);
  });
}

test('numbers too; an empty list is refused', async (t) => {
  t.deepEqual(await applied([{ a: [3, 1, 1] }, { a: [] }], majority({ field: 'a' })), [{ a: 1 }, 'too-few-to-choose']);
});
