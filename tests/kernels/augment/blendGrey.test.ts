import test from 'ava';
import { blendGrey } from '../../../kernels/augment/blendGrey.js';
import { patterned } from '../../operators/pixelsThrough.js';

test('every channel as a function of its own value and the grey of its pixel, cut off', (t) => {
  const picture = patterned(9, 7);
  const out = blendGrey(picture, (red, green, blue) => Math.min(red, green, blue), (grey, value) => (grey + value) / 2);
  picture.data.forEach((value, i) => {
    const pixel = [0, 1, 2].map((c) => picture.data[i - (i % 3) + c]!);
    t.is(out.data[i], Math.floor((Math.min(...pixel) + value) / 2));
  });
});
