import test from 'ava';
import { cutout } from '../../../kernels/augment/cutout.js';
import type { RgbImage } from '../../../kernels/rgbImage.js';

const greyPixels = ({ width, data }: RgbImage): string[] => Array.from({ length: data.length / 3 }, (_, i) => i).filter((i) => data[3 * i] === 128 && data[3 * i + 1] === 128 && data[3 * i + 2] === 128).map((i) => `${i % width} ${Math.floor(i / width)}`);

test('half a side to each side, the upper end not in it, cut at the edges; nothing at size 0', (t) => {
  const image = { width: 5, height: 4, data: new Uint8Array(60) };
  t.deepEqual(greyPixels(cutout(image, 2, 2, 1)), ['1 1', '2 1', '1 2', '2 2']);
  t.deepEqual(greyPixels(cutout(image, 0, 3, 2)), ['0 1', '1 1', '0 2', '1 2', '0 3', '1 3']);
  t.is(greyPixels(cutout(image, 4, 0, 40)).length, 20);
  t.deepEqual(cutout(image, 2, 2, 0), image);
});
