import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { padToShape } from '../../../operators/field/padToShape.js';
import { preprocess } from '../../../operators/preprocess/preprocess.js';
import { applied } from './applied.js';
import { general } from './general.js';

for (const { op, in: value, out } of general('pad_to_shape')) {
  const where = /where=(\w+)/.exec(op)?.[1] as 'before';
  test(`as big_vision's ${op}`, async (t) => {
    t.deepEqual(await applied([{ a: value }], padToShape({ field: 'a', shape: [5], value: -1, where })), [{ a: out }]);
    t.deepEqual(await applied([{ a: value }], preprocess(op.replace(/where=(\w+)/, 'where="$1", key="a"'))), [{ a: out }]);
  });
}

test('into another field; too long is refused', async (t) => {
  t.deepEqual(await applied([{ a: Int32Array.of(1) }, { a: [1, 2, 3] }], padToShape({ field: 'a', into: 'b', shape: [2] })), [{ a: Int32Array.of(1), b: Int32Array.of(1, 0) }, 'field-shape']);
  t.throws(() => padToShape({ field: 'a', shape: [-1] }), { instanceOf: UsageError, message: /`shape`/ });
  t.throws(() => padToShape({ field: 'a', shape: [1], where: 'left' as 'before' }), { instanceOf: UsageError, message: /`where`/ });
});
