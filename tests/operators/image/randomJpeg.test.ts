import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { decodeImage } from '../../../formats/image/decodeImage.js';
import { encodeJpeg } from '../../../formats/image/encodeJpeg.js';
import type { PixelArray } from '../../../kernels/resizeImage.js';
import { drawScene } from '../../../kernels/shapesWorld/index.js';
import { randomJpeg, type RandomJpegOptions } from '../../../operators/image/randomJpeg.js';
import { pixelsThrough } from '../pixelsThrough.js';

const picture = drawScene(3, 1).image;
const through = async (count: number, options: RandomJpegOptions): Promise<string[]> => ((await pixelsThrough(Array.from({ length: count }, () => picture), randomJpeg(options))) as PixelArray[]).map(({ data }) => data.join());

test('the pixels are those of a JPEG of a quality in the range, every quality, at the rate asked for', async (t) => {
  const jpegs = await Promise.all([60, 61, 62].map(async (quality) => (await decodeImage(await encodeJpeg(picture, { quality }))).data.join()));
  const out = await through(120, { probability: 0.75, quality: [60, 62] });
  const untouched = picture.data.join();
  t.deepEqual([...new Set(out)].toSorted(), [...jpegs, untouched].toSorted());
  t.true(Math.abs(out.filter((one) => one === untouched).length - 30) < 5 * Math.sqrt(22.5));
  t.deepEqual(await through(120, { probability: 0.75, quality: [60, 62] }), out);
});

test('never and always; a picture longer than JPEG allows is refused at its place', async (t) => {
  t.deepEqual(new Set(await through(10, { probability: 0 })), new Set([picture.data.join()]));
  t.false((await through(10, { probability: 1 })).includes(picture.data.join()));
  t.deepEqual(await pixelsThrough([{ width: 65_536, height: 1, data: new Uint8Array(3 * 65_536) }], randomJpeg({ probability: 1 })), ['image-too-large']);
});

test('options that are none are refused when the recipe is built', (t) => {
  t.throws(() => randomJpeg({ probability: 1.5 }), { instanceOf: UsageError, message: /randomJpeg: `probability`/ });
  t.throws(() => randomJpeg({ probability: 1, quality: [0, 90] }), { instanceOf: UsageError, message: /randomJpeg: `quality \(least\)`/ });
  t.throws(() => randomJpeg({ probability: 1, quality: [90, 80] }), { instanceOf: UsageError, message: /randomJpeg: `quality \(most\)` must be an integer from 90 to 100/ });
});
