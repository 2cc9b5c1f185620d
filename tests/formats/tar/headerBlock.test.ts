import test from 'ava';
import { checksumHolds, hasMagic, isZero, readHeaderBlock, untilNul, withoutSlashes } from '../../../formats/tar/headerBlock.js';
import { tarHeader } from '../../../formats/tar/tarWriter.js';
import { bytesOf, header, textOf } from './archives.js';

test('fields', (t) => {
  const { flag, size, name, linkName } = readHeaderBlock(header({ 0: 'n\0', 156: '2', 157: 'to' }, 9));
  t.deepEqual([flag, size, textOf(name), textOf(linkName)], ['2', 9, 'n', 'to']);
  t.is(readHeaderBlock(header({ 156: '\0' })).flag, '0');
  t.is(readHeaderBlock(header({ 0: 'd/\0', 156: '\0' })).flag, '5');
});

test('checksum', (t) => {
  const block = tarHeader('a', 1);
  t.true(checksumHolds(block));
  for (const at of [0, 150, 511]) {
    const damaged = block.slice();
    damaged[at]! ^= 1;
    t.false(checksumHolds(damaged), `${at}`);
  }
  t.true(hasMagic(block));
  t.false(hasMagic(block.subarray(0, 260)));
});

test('bytes', (t) => {
  t.is(textOf(untilNul(bytesOf('ab\0c'))), 'ab');
  t.is(textOf(untilNul(bytesOf('xabc'), 1, 2)), 'ab');
  t.is(textOf(withoutSlashes(bytesOf('a/b//'))), 'a/b');
  t.true(isZero(new Uint8Array(3)));
  t.false(isZero(Uint8Array.of(0, 1)));
});
