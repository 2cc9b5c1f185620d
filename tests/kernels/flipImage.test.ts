import test from 'ava';
import { flipImage } from '../../kernels/flipImage.js';

test('left becomes right, pixel by pixel, rows stay', (t) => {
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19);
  const flipped = flipImage({ width: 3, height: 2, data });
  t.deepEqual([...flipped.data], [7, 8, 9, 4, 5, 6, 1, 2, 3, 17, 18, 19, 14, 15, 16, 11, 12, 13]);
  t.deepEqual(flipImage(flipped).data, data);
});

test('floats of any number of channels', (t) => {
  t.deepEqual([...flipImage({ width: 3, height: 1, data: Float32Array.of(0.5, 1, 1.5) }).data], [1.5, 1, 0.5]);
  t.deepEqual([...flipImage({ width: 2, height: 1, data: Float32Array.of(1, 2, 3, 4) }).data], [3, 4, 1, 2]);
});
