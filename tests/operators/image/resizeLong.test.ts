import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { resizeImage } from '../../../kernels/resizeImage.js';
import { resizeLong } from '../../../operators/image/resizeLong.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

test('the longer side gets the size, with the antialiasing of the reference; a picture of which nothing is left is refused at its place', async (t) => {
  const pictures = [patterned(50, 37), patterned(400, 1), patterned(20, 60)];
  t.deepEqual(await pixelsThrough(pictures, resizeLong({ size: 30 })), [
    resizeImage(pictures[0]!, { width: 30, height: 22, method: 'area', antialias: true }),
    'image-too-narrow',
    resizeImage(pictures[2]!, { width: 10, height: 30, method: 'area', antialias: true }),
  ]);
  t.deepEqual(await pixelsThrough(pictures.slice(0, 1), resizeLong({ size: 30, method: 'bicubic' })), [resizeImage(pictures[0]!, { width: 30, height: 22, method: 'bicubic', antialias: true })]);
});

test('a size that is none is refused when the recipe is built', (t) => {
  t.throws(() => resizeLong({ size: 2.5 }), { instanceOf: UsageError, message: /resizeLong: `size` must be an integer from 1/ });
});
