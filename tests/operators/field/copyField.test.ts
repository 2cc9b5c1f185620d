import test from 'ava';
import { copyField } from '../../../operators/field/copyField.js';
import { applied } from './applied.js';

test('a field under a second name, in place of what was there', async (t) => {
  t.deepEqual(await applied([{ a: 1 }, { a: 1, b: 2 }, { b: 2 }], copyField({ field: 'a', into: 'b' })), [{ a: 1, b: 1 }, { a: 1, b: 1 }, 'field-missing']);
});
