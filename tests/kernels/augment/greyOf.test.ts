import test from 'ava';
import { greyOf, greyTables } from '../../../kernels/augment/greyOf.js';

test("as TensorFlow's rgb_to_grayscale: red 76, green 149, blue 29, white 255", (t) => {
  const tables = greyTables();
  t.deepEqual([greyOf(tables, 255, 0, 0), greyOf(tables, 0, 255, 0), greyOf(tables, 0, 0, 255), greyOf(tables, 255, 255, 255), greyOf(tables, 0, 0, 0)], [76, 149, 29, 255, 0]);
});
