import test from 'ava';
import { adjustColor } from '../../../kernels/augment/adjustColor.js';
import { patterned } from '../../operators/pixelsThrough.js';

test('0 is grey, 1 the picture, above it clipped', (t) => {
  const red = { width: 1, height: 1, data: Uint8Array.of(255, 0, 0) };
  t.deepEqual([...adjustColor(red, 0).data], [76, 76, 76]);
  t.deepEqual([...adjustColor(red, 2).data], [255, 0, 0]);
  t.deepEqual(adjustColor(patterned(9, 7), 1), patterned(9, 7));
});
