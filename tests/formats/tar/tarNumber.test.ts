import test from 'ava';
import { tarNumber } from '../../../formats/tar/tarNumber.js';

const cases: readonly (readonly [field: string, value: number])[] = [
  ['00000000017\0', 15],
  ['         17 ', 15],
  ['17\0junk\0junk', 15],
  ['777777777777', 8 ** 12 - 1],
  ['\0\0\0\0\0\0\0\0\0\0\0\0', 0],
  ['            ', 0],
  ['-0000000001\0', -1],
  ['00000000018\0', NaN],
  ['1 1         ', NaN],
  ['\x80\0\0\0\0\0\0\0\0\0\x01\x02', 258],
  ['\x80\0\0\0\0\0\0\x02\0\0\0\0', 2 ** 33],
  ['\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe', -2],
];
for (const [field, value] of cases) test(`field ${JSON.stringify(field)} is ${value}`, (t) => t.is(tarNumber(Buffer.from(`x${field}x`, 'latin1'), 1, 12), value));
