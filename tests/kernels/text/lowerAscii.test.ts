import test from 'ava';
import { lowerAscii } from '../../../kernels/text/lowerAscii.js';

test('only A to Z', (t) => {
  t.is(lowerAscii('HELLO \u00c4\u00d6 \u00c9 \u0130 \u03a3'), 'hello \u00c4\u00d6 \u00c9 \u0130 \u03a3');
  t.is(lowerAscii('[@Z`a]'), '[@z`a]');
  t.is(lowerAscii(''), '');
});
