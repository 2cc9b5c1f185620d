import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { setDefault } from '../../../operators/field/setDefault.js';
import { preprocess } from '../../../operators/preprocess/preprocess.js';
import { applied } from './applied.js';
import { general } from './general.js';

for (const { op, in: fields, out } of general('setdefault')) {
  const [, text = '', key = '', value = ''] = /^(setdefault\("(\w+)","(\w*)"\))/.exec(op) ?? [];
  test(`as big_vision's ${op}`, async (t) => {
    t.deepEqual(await applied([fields as object], setDefault({ field: key, value })), [{ [key]: out }]);
    t.deepEqual(await applied([fields as object], preprocess(text)), [{ [key]: out }]);
  });
}

test('what is there stays; a typed array stays one', async (t) => {
  t.deepEqual(await applied([{ a: '' }, { a: [1] }, { a: new Int32Array() }, {}], setDefault({ field: 'a', value: 7 })), [{ a: '' }, { a: [1] }, { a: Int32Array.of(7) }, { a: 7 }]);
  t.throws(() => setDefault({ field: 'a', value: undefined as unknown as number }), { instanceOf: UsageError });
});
