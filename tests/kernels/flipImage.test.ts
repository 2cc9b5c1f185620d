import test from 'ava';
import { flipImage } from '../../kernels/flipImage.js';

test('left becomes right, pixel by pixel, rows stay', (t) => {
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19);
  const flipped = flipImage({ width: 3, height: 2, data });
  t.deepEqual([...flipped.data], [7, 8, 9, 4, 5, 6, 1, 2, 3, 17, 18, 19, 14, 15, 16, 11, 12, 13]);
  t.deepEqual(flipImage(flipped).data, data);
});
