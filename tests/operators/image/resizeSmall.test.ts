import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { resizeImage } from '../../../kernels/resizeImage.js';
import { resizeSmall } from '../../../operators/image/resizeSmall.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

test('the smaller side gets the size, by area as the reference does unless said otherwise', async (t) => {
  const pictures = [patterned(50, 37), patterned(20, 60)];
  t.deepEqual(await pixelsThrough(pictures, resizeSmall({ size: 16 })), [
    resizeImage(pictures[0]!, { width: 22, height: 16, method: 'area' }),
    resizeImage(pictures[1]!, { width: 16, height: 48, method: 'area' }),
  ]);
  t.deepEqual(await pixelsThrough(pictures.slice(1), resizeSmall({ size: 16, method: 'bilinear', antialias: true })), [resizeImage(pictures[1]!, { width: 16, height: 48, method: 'bilinear', antialias: true })]);
});

test('a size that is none is refused when the recipe is built', (t) => {
  t.throws(() => resizeSmall({ size: 0 }), { instanceOf: UsageError, message: /resizeSmall: `size` must be an integer from 1/ });
});
