import test from 'ava';
import golden from '../golden/owl/resize_with_pad_pixels.json' with { type: 'json' };
import { sizeInSquare } from '../../kernels/padGeometry.js';
import { resizeOntoCanvas } from '../../kernels/resizeOntoCanvas.js';

const { input_hwc: input, out } = golden.cases;
const [height, width] = [input.length, input[0]!.length];

for (const { size, antialias, out_hwc: want } of out) {
  test(`as scenic's ResizeWithPad(${size}, antialias ${antialias}): floats within 1e-5, bytes within one step`, (t) => {
    const content = sizeInSquare({ height, width }, size);
    const floats = resizeOntoCanvas({ width, height, data: Float32Array.from(input.flat(2)) }, content, { size, pad: 0.5, antialias });
    const bytes = resizeOntoCanvas({ width, height, data: Uint8Array.from(input.flat(2), (value) => Math.round(255 * value)) }, content, { size, pad: 0.5, antialias });
    t.deepEqual([floats.width, floats.height], [size, size]);
    want.flat(2).forEach((value, i) => {
      t.true(Math.abs(floats.data[i]! - value) < 1e-5, `value ${i}`);
      t.true(Math.abs(bytes.data[i]! - 255 * value) <= 1, `byte ${i}`);
    });
  });
}

test('bytes are rounded to the nearest; a picture that fits is copied as it is', (t) => {
  const two = { width: 2, height: 1, data: Uint8Array.of(10, 10, 10, 13, 13, 13) };
  t.deepEqual([...resizeOntoCanvas(two, { width: 1, height: 1 }, { size: 1, pad: 0 }).data], [12, 12, 12]);
  t.deepEqual([...resizeOntoCanvas(two, { width: 2, height: 1 }, { size: 2, pad: 0.5 }).data], [10, 10, 10, 13, 13, 13, 128, 128, 128, 128, 128, 128]);
});
