import test from 'ava';
import { assert, integer, property } from 'fast-check';
import { cropImage } from '../../kernels/cropImage.js';

test('every pixel of the crop is that of its place, for bytes and floats of any number of channels', (t) => {
  const side = integer({ min: 1, max: 9 });
  assert(
    property(side, side, side, side, integer({ min: 0, max: 8 }), integer({ min: 0, max: 8 }), integer({ min: 1, max: 4 }), (width, height, wide, tall, left, top, channels) => {
      const data = Float32Array.from({ length: width * height * channels }, (_, i) => i);
      const box = { x: left % width, y: top % height, width: 0, height: 0 };
      [box.width, box.height] = [1 + (wide - 1) % (width - box.x), 1 + (tall - 1) % (height - box.y)];
      for (const image of [{ width, height, data }, { width, height, data: Uint8Array.from(data) }]) {
        const out = cropImage<Uint8Array | Float32Array>(image, box);
        t.is(out.data.constructor, image.data.constructor);
        for (let i = 0; i < out.data.length; i += 1) {
          const [row, column] = [Math.floor(i / (box.width * channels)), Math.floor(i / channels) % box.width];
          t.is(out.data[i], image.data[((box.y + row) * width + box.x + column) * channels + (i % channels)]);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('the whole picture is handed on as it is; a box that reaches out or is empty is refused', (t) => {
  const image = { width: 2, height: 2, data: new Uint8Array(12) };
  t.is(cropImage(image, { x: 0, y: 0, width: 2, height: 2 }), image);
  for (const box of [{ x: 1, y: 0, width: 2, height: 1 }, { x: -1, y: 0, width: 1, height: 1 }, { x: 0, y: 0, width: 0, height: 1 }, { x: 0.5, y: 0, width: 1, height: 1 }]) {
    t.throws(() => cropImage(image, box), { instanceOf: RangeError, message: /is no part of a picture of 2 x 2/ });
  }
});
