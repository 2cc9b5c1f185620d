import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { resizeImage, type PixelArray } from '../../../kernels/resizeImage.js';
import { randomResizeMethod } from '../../../operators/image/randomResizeMethod.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

test('the variants come equally often; area, of which antialiasing changes nothing, twice as often', async (t) => {
  const picture = patterned(9, 7);
  const variants = (['bilinear', 'bicubic', 'lanczos3', 'area', 'mitchellcubic'] as const).flatMap((method) => [false, true].map((antialias) => ({ method, antialias, width: 4, height: 3 })));
  const looks = new Map(variants.map((variant) => [resizeImage(picture, variant).data.join(), 0]));
  const count = 2000;
  for (const out of await pixelsThrough(Array.from({ length: count }, () => picture), randomResizeMethod({ size: [3, 4] }))) {
    const look = (out as PixelArray).data.join();
    looks.set(look, (looks.get(look) ?? -1e9) + 1);
  }
  t.is(looks.size, 9);
  const area = resizeImage(picture, { width: 4, height: 3, method: 'area' }).data.join();
  for (const [look, times] of looks) {
    const expected = look === area ? count / 5 : count / 10;
    t.true(Math.abs(times - expected) < 5 * Math.sqrt(expected), `${times} of ${expected}`);
  }
});

test('a size that is none is refused when the recipe is built', (t) => {
  t.throws(() => randomResizeMethod({ size: [3, 0] }), { instanceOf: UsageError, message: /randomResizeMethod: `size \(width\)`/ });
});
