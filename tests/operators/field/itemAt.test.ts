import test from 'ava';
import { itemAt } from '../../../operators/field/itemAt.js';
import { preprocess } from '../../../operators/preprocess/preprocess.js';
import { applied } from './applied.js';
import { general } from './general.js';

for (const { op, in: fields, out } of general('getidx')) {
  test(`as big_vision's ${op}`, async (t) => {
    t.deepEqual(await applied([fields as object], itemAt({ field: 'a', place: 'i' })), [{ ...(fields as object), a: out }]);
    t.deepEqual(await applied([fields as object], preprocess('getidx("a", "i", outkey="b")')), [{ ...(fields as object), b: out }]);
  });
}

test('a place that is not there is refused', async (t) => {
  t.deepEqual(await applied([{ a: ['x'], i: 1 }, { a: ['x'], i: -1 }], itemAt({ field: 'a', place: 'i' })), ['field-shape', 'field-shape']);
});
