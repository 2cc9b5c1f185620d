import test from 'ava';
import { cropPicture } from '../../kernels/cropPicture.js';

const picture = { width: 3, height: 3, data: Uint8Array.from({ length: 27 }, (_, at) => at) };

test('rows and columns of the crop, a copy', (t) => {
  const crop = cropPicture(picture, { top: 1, left: 1, height: 2, width: 1 });
  t.deepEqual(crop, { width: 1, height: 2, data: Uint8Array.of(12, 13, 14, 21, 22, 23) });
  const floats = cropPicture({ width: 2, height: 1, data: Float32Array.of(0.5, 1) }, { top: 0, left: 1, height: 1, width: 1 });
  t.deepEqual(floats.data, Float32Array.of(1));
});

test('all of it is the picture itself; beyond it is refused', (t) => {
  t.is(cropPicture(picture, { top: 0, left: 0, height: 3, width: 3 }), picture);
  t.throws(() => cropPicture(picture, { top: 0, left: 2, height: 1, width: 2 }), { message: /2 x 1 at 2, 0 is not within 3 x 3/ });
});
