import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { sizeInSquare } from '../../../kernels/padGeometry.js';
import type { PixelArray } from '../../../kernels/resizeImage.js';
import { resizeOntoCanvas, type Canvas } from '../../../kernels/resizeOntoCanvas.js';
import { resizeWithPad } from '../../../operators/image/resizeWithPad.js';
import { patterned, pixelsThrough } from '../pixelsThrough.js';

const padded = (picture: PixelArray, { pad = 0.5, ...canvas }: Omit<Canvas, 'pad'> & Partial<Canvas>): PixelArray => resizeOntoCanvas(picture, sizeInSquare(picture, canvas.size), { pad, ...canvas });

test('bytes and floats, as the kernel does it; of a thin picture a line is left', async (t) => {
  const pictures = [patterned(50, 37), patterned(400, 1), patterned(20, 60)];
  t.deepEqual(await pixelsThrough(pictures, resizeWithPad({ size: 30 })), [padded(pictures[0]!, { size: 30 }), padded(pictures[1]!, { size: 30 }), padded(pictures[2]!, { size: 30 })]);
  const floats = pictures.map(({ width, height, data }) => ({ width, height, data: Float32Array.from(data, (value) => value / 255) }));
  t.deepEqual(await pixelsThrough(floats.slice(0, 1), resizeWithPad({ size: 30, pad: 0, antialias: true })), [padded(floats[0]!, { size: 30, pad: 0, antialias: true })]);
});

test('options that are none are refused when the recipe is built', (t) => {
  t.throws(() => resizeWithPad({ size: 0 }), { instanceOf: UsageError, message: /resizeWithPad: `size`/ });
  t.throws(() => resizeWithPad({ size: 8, pad: NaN }), { instanceOf: UsageError, message: /resizeWithPad: `pad`/ });
});
