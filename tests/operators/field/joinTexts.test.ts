import test from 'ava';
import { joinTexts } from '../../../operators/field/joinTexts.js';
import { preprocess } from '../../../operators/preprocess/preprocess.js';
import { applied } from './applied.js';
import { general } from './general.js';

for (const { op, in: value, out } of general('strjoin')) {
  test(`as big_vision's ${op}`, async (t) => {
    t.deepEqual(await applied([{ a: value }], joinTexts({ field: 'a', glue: ' \t ' })), [{ a: out }]);
    t.deepEqual(await applied([{ a: value }], preprocess('strjoin(" \\t ", inkey="a", outkey="b")')), [{ a: value, b: out }]);
  });
}
