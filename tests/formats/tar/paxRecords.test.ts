import test from 'ava';
import { paxRecords } from '../../../formats/tar/paxRecords.js';
import { bytesOf, textOf } from './archives.js';

const show = (body: string): unknown => {
  const records = paxRecords(bytesOf(body));
  return Array.isArray(records) ? records.map(({ keyword, value }) => [keyword, textOf(value)]) : records;
};

test('records', (t) => {
  t.deepEqual(show('7 a=bc\n11 path=é\n5 c=\n'), [['a', 'bc'], ['path', 'é'], ['c', '']]);
  t.deepEqual(show('11 a=b=c\nd\n'), [['a', 'b=c\nd']]);
  t.deepEqual(show('8 a=b\0c\n\0\0'), [['a', 'b\0c']]);
  t.deepEqual(show(''), []);
});

for (const body of ['x', '7 a=bc', '8 a=bc\n', '6 a=bc\n', '0 a=b\n', '5 =bc\n', '5 abc\n', '7a=bcd\n', '-7 a=b\n', '99999999999 a=b\n', '4 a=bcdef\n']) {
  test(`malformed: ${JSON.stringify(body)}`, (t) => t.deepEqual(show(`6 k=v\n${body}`), { malformedAt: 6 }));
}
