import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { cropImage } from '../../../kernels/cropImage.js';
import type { PixelArray } from '../../../kernels/resizeImage.js';
import { randomCrop } from '../../../operators/image/randomCrop.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

test('a part of the picture, another for other samples and seeds, the same for the same; a smaller picture is refused at its place', async (t) => {
  const picture = patterned(4, 3);
  const parts = [0, 1, 2].flatMap((x) => [0, 1].map((y) => cropImage(picture, { x, y, width: 2, height: 2 }).data.join()));
  const pictures = Array.from({ length: 60 }, () => picture);
  const out = (await pixelsThrough(pictures, randomCrop({ size: 2 }))) as PixelArray[];
  t.deepEqual([...new Set(out.map(({ data }) => data.join()))].toSorted(), parts.toSorted());
  t.deepEqual(await pixelsThrough(pictures, randomCrop({ size: 2 })), out);
  t.notDeepEqual(await pixelsThrough(pictures, randomCrop({ size: 2 }), 8), out);
  t.deepEqual(await pixelsThrough([picture], randomCrop({ size: [4, 2] })), ['image-too-small']);
});

test('a size that is none is refused when the recipe is built', (t) => {
  t.throws(() => randomCrop({ size: 0 }), { instanceOf: UsageError, message: /randomCrop: `size/ });
});
