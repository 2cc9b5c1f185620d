import test from 'ava';
import { memberName } from '../../../formats/tar/memberName.js';

test('UTF-8, and bytes that are not', (t) => {
  t.deepEqual(memberName(Buffer.from('é/漢.jpg')), { text: 'é/漢.jpg', isUtf8: true });
  t.deepEqual(memberName(Buffer.from('\ufeffa')), { text: '\ufeffa', isUtf8: true });
  t.deepEqual(memberName(Buffer.from('caf\xe9', 'latin1')), { text: 'caf\\xe9', isUtf8: false });
  t.deepEqual(memberName(Buffer.from([0xed, 0xa0, 0x80])), { text: '\\xed\\xa0\\x80', isUtf8: false });
});
