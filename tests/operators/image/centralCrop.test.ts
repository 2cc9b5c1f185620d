import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { cropImage } from '../../../kernels/cropImage.js';
import { centralCrop } from '../../../operators/image/centralCrop.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

test('the middle of the size, and without one the largest square; a smaller picture is refused at its place', async (t) => {
  const pictures = [patterned(10, 7), patterned(3, 9), patterned(6, 6)];
  t.deepEqual(await pixelsThrough(pictures, centralCrop({ size: [5, 4] })), [cropImage(pictures[0]!, { x: 3, y: 1, width: 4, height: 5 }), 'image-too-small', cropImage(pictures[2]!, { x: 1, y: 0, width: 4, height: 5 })]);
  t.deepEqual(await pixelsThrough(pictures, centralCrop()), [cropImage(pictures[0]!, { x: 1, y: 0, width: 7, height: 7 }), cropImage(pictures[1]!, { x: 0, y: 3, width: 3, height: 3 }), pictures[2]!]);
});

test('a size that is none is refused when the recipe is built', (t) => {
  t.throws(() => centralCrop({ size: -1 }), { instanceOf: UsageError, message: /centralCrop: `size/ });
});
