import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { cropAndResize } from '../../../kernels/cropAndResize.js';
import type { PixelArray } from '../../../kernels/resizeImage.js';
import { inceptionCrop, type InceptionCropOptions } from '../../../operators/image/inceptionCrop.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

const pictures = Array.from({ length: 300 }, () => patterned(40, 30));
const areas = async (options: InceptionCropOptions): Promise<number[]> => ((await pixelsThrough(pictures, inceptionCrop(options))) as PixelArray[]).map(({ width, height }) => (width * height) / 1200);

test('crops of an area in the range; those of torchvision are larger on average, its area being uniform', async (t) => {
  const [tensorflow, torchvision] = [await areas({}), await areas({ law: 'torchvision' })];
  t.true(tensorflow.every((area) => area >= 0.05) && torchvision.every((area) => area > 0.06));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  t.true(mean(torchvision) > mean(tensorflow) + 0.05, `${mean(torchvision)} ${mean(tensorflow)}`);
  t.true((await areas({ area: [0.9, 1] })).every((area) => area >= 0.9));
});

test('with a size every crop is resized to it; the same crop as without', async (t) => {
  const crops = (await pixelsThrough(pictures.slice(0, 5), inceptionCrop())) as PixelArray[];
  const resized = await pixelsThrough(pictures.slice(0, 5), inceptionCrop({ size: [8, 9], method: 'bicubic', antialias: true }));
  t.deepEqual(resized, crops.map((crop) => cropAndResize(crop, { x: 0, y: 0, width: crop.width, height: crop.height }, { width: 9, height: 8, method: 'bicubic', antialias: true })));
});

test('options that are none are refused when the recipe is built', (t) => {
  const bad: readonly [InceptionCropOptions, RegExp][] = [
    [{ size: 0 }, /inceptionCrop: `size/],
    [{ area: [0, 1] }, /inceptionCrop: `area \(least\)`/],
    [{ area: [0.5, 0.4] }, /inceptionCrop: `area \(most\)` must be a number from 0.5 to 1/],
    [{ ratio: [-1, 1] }, /inceptionCrop: `ratio \(least\)`/],
    [{ law: 'pillow' as 'tensorflow' }, /inceptionCrop: `law` must be tensorflow or torchvision, got pillow/],
  ];
  for (const [options, message] of bad) t.throws(() => inceptionCrop(options), { instanceOf: UsageError, message });
});
