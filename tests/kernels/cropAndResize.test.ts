import test from 'ava';
import { cropAndResize } from '../../kernels/cropAndResize.js';
import { cropImage } from '../../kernels/cropImage.js';
import { resizeImage } from '../../kernels/resizeImage.js';

test('the crop, and the crop resized', (t) => {
  const image = { width: 7, height: 5, data: Uint8Array.from({ length: 105 }, (_, i) => (i * 37) % 256) };
  const box = { x: 1, y: 2, width: 5, height: 3 };
  t.deepEqual(cropAndResize(image, box), cropImage(image, box));
  t.deepEqual(cropAndResize(image, box, { width: 3, height: 4 }), resizeImage(cropImage(image, box), { width: 3, height: 4 }));
});
