import test from 'ava';
import { flattenFields } from '../../../operators/field/flattenFields.js';
import { preprocess } from '../../../operators/preprocess/preprocess.js';
import { applied } from './applied.js';
import { general } from './general.js';

for (const { op, in: fields, out } of general('flatten')) {
  test(`as big_vision's ${op}`, async (t) => {
    t.deepEqual(await applied([fields as object], flattenFields()), [out as Record<string, unknown>]);
    t.deepEqual(await applied([fields as object], preprocess(op)), [out as Record<string, unknown>]);
  });
}

test('pictures and files stay whole', async (t) => {
  const pixels = { width: 1, height: 1, data: new Uint8Array(3) };
  t.deepEqual(await applied([{ views: { one: pixels } }], flattenFields()), [{ 'views/one': pixels }]);
});
