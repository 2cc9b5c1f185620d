import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { dropFields } from '../../../operators/field/dropFields.js';
import { applied } from './applied.js';

test('all but these fields go on', async (t) => {
  t.deepEqual(await applied([{ a: 1, b: 2, c: 3 }, { a: 1 }], dropFields(['b', 'c'])), [{ a: 1 }, { a: 1 }]);
  t.throws(() => dropFields(['origin']), { instanceOf: UsageError, message: /needs its `origin`/ });
  t.throws(() => dropFields([]), { instanceOf: UsageError });
});
