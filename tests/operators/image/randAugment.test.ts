import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { distort, type DistortionName } from '../../../kernels/augment/distort.js';
import type { PixelArray } from '../../../kernels/resizeImage.js';
import type { RgbImage } from '../../../kernels/rgbImage.js';
import { randAugment, type RandAugmentOptions } from '../../../operators/image/randAugment.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

const picture = patterned(12, 9);
const looks = async (count: number, options: RandAugmentOptions): Promise<string[]> => ((await pixelsThrough(Array.from({ length: count }, () => picture), randAugment(options))) as PixelArray[]).map(({ data }) => data.join());
const look = (image: RgbImage, op: DistortionName, amount: number): string => distort(image, [{ op, amount }]).data.join();

test('one layer is one of the 16, equally often: at magnitude 10 every eighth picture is inverted, Solarize doing it too', async (t) => {
  const out = await looks(2000, { layers: 1 });
  const share = (wanted: string): number => out.filter((one) => one === wanted).length / out.length;
  const near = (got: number, want: number): boolean => t.true(Math.abs(got - want) < 5 * Math.sqrt(want / out.length), `${got} ${want}`);
  near(share(look(picture, 'Invert', 0)), 2 / 16);
  near(share(look(picture, 'AutoContrast', 0)), 1 / 16);
  near(share(look(picture, 'Posterize', 4)), 1 / 16);
  near(share(look(picture, 'Rotate', 30)), 1 / 32);
  near(share(look(picture, 'Rotate', -30)), 1 / 32);
});

test('without the wrap Solarize at magnitude 10 changes nothing', async (t) => {
  const out = await looks(2000, { layers: 1, solarizeWraps: false });
  const inverted = out.filter((one) => one === look(picture, 'Invert', 0)).length / out.length;
  t.true(Math.abs(inverted - 1 / 16) < 5 * Math.sqrt(1 / 16 / out.length));
});

test('the same again for the same seed, another for another; no layers change nothing', async (t) => {
  t.deepEqual(await looks(20, {}), await looks(20, {}));
  const others = (await pixelsThrough(Array.from({ length: 20 }, () => picture), randAugment(), 8)) as PixelArray[];
  t.notDeepEqual(others.map(({ data }) => data.join()), await looks(20, {}));
  t.deepEqual(await looks(2, { layers: 0 }), [picture.data.join(), picture.data.join()]);
});

test('options that are none are refused when the recipe is built', (t) => {
  t.throws(() => randAugment({ layers: -1 }), { instanceOf: UsageError, message: /randAugment: `layers`/ });
  t.throws(() => randAugment({ magnitude: 21 }), { instanceOf: UsageError, message: /randAugment: `magnitude` must be a number from 0 to 20/ });
});
