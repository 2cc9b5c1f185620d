import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { resizeWithPad as padded } from '../../../kernels/resizeWithPad.js';
import { resizeWithPad } from '../../../operators/image/resizeWithPad.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

test('bytes and floats, as the kernel does it; a picture of which nothing is left is refused at its place', async (t) => {
  const pictures = [patterned(50, 37), patterned(400, 1), patterned(20, 60)];
  t.deepEqual(await pixelsThrough(pictures, resizeWithPad({ size: 30 })), [padded(pictures[0]!, { size: 30 }), 'image-too-narrow', padded(pictures[2]!, { size: 30 })]);
  const floats = pictures.map(({ width, height, data }) => ({ width, height, data: Float32Array.from(data, (value) => value / 255) }));
  t.deepEqual(await pixelsThrough(floats.slice(0, 1), resizeWithPad({ size: 30, padValue: 0, antialias: true })), [padded(floats[0]!, { size: 30, padValue: 0, antialias: true })]);
});

test('options that are none are refused when the recipe is built', (t) => {
  t.throws(() => resizeWithPad({ size: 0 }), { instanceOf: UsageError, message: /resizeWithPad: `size`/ });
  t.throws(() => resizeWithPad({ size: 8, padValue: NaN }), { instanceOf: UsageError, message: /resizeWithPad: `padValue`/ });
});
