import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { keepFields } from '../../../operators/field/keepFields.js';
import { applied } from './applied.js';

test('only these fields go on; a sample that lacks one is refused', async (t) => {
  t.deepEqual(await applied([{ a: 1, b: 2, c: 3 }, { a: 1 }], keepFields(['a', 'b'])), [{ a: 1, b: 2 }, 'field-missing']);
  t.throws(() => keepFields([]), { instanceOf: UsageError });
});
