import test from 'ava';
import { assert, constantFrom, integer, property } from 'fast-check';
import { readFileSync } from 'node:fs';
import { resizeImage, type ResizeMethod } from '../../kernels/resizeImage.js';

interface Golden {
  readonly cases: { readonly input_uint8_hwc: readonly (readonly (readonly number[])[])[]; readonly outputs: Readonly<Record<string, Readonly<Record<'uint8' | 'float32', readonly (readonly (readonly number[])[])[]>>>> };
}
const { cases } = JSON.parse(readFileSync(new URL('../golden/big_vision/resize.json', import.meta.url), 'utf8')) as Golden;
const input = cases.input_uint8_hwc;
const [height, width] = [input.length, input[0]?.length ?? 0];

for (const [name, want] of Object.entries(cases.outputs)) {
  test(`as big_vision's resize: ${name}`, (t) => {
    const [size = '', method, antialias] = name.split('|');
    const [rows = 0, columns = 0] = size.split('x').map(Number);
    const options = { width: columns, height: rows, method: method as ResizeMethod, antialias: antialias === 'aa=True' };
    t.deepEqual([...resizeImage({ width, height, data: Uint8Array.from(input.flat(2)) }, options).data], want.uint8.flat(2), 'bytes, exactly');
    if (want.float32 === undefined) return;
    const floats = resizeImage({ width, height, data: Float32Array.from(input.flat(2)) }, options).data;
    const worst = want.float32.flat(2).reduce((most, value, i) => Math.max(most, Math.abs(value - (floats[i] as number))), 0);
    t.true(worst < 1e-4, `${worst} of 255`);
  });
}

test('a flat picture stays flat in every method and size, and the size is that asked for', (t) => {
  const methods = ['bilinear', 'bicubic', 'area', 'lanczos3', 'lanczos5', 'mitchellcubic', 'gaussian', 'nearest'] as const;
  const side = integer({ min: 1, max: 40 });
  assert(
    property(side, side, side, side, constantFrom(...methods), constantFrom(true, false), (fromWidth, fromHeight, toWidth, toHeight, method, antialias) => {
      const out = resizeImage({ width: fromWidth, height: fromHeight, data: new Float32Array(fromWidth * fromHeight).fill(100) }, { width: toWidth, height: toHeight, method, antialias });
      t.is(out.data.length, toWidth * toHeight);
      t.true(out.data.every((value) => Math.abs(value - 100) < 0.01), `${method} ${out.data.join()}`);
    }),
  );
});

test('every channel is resized as a picture of its own, to the bit', (t) => {
  const methods = ['bilinear', 'bicubic', 'area', 'lanczos3', 'nearest'] as const;
  const side = integer({ min: 1, max: 30 });
  assert(
    property(side, side, side, side, constantFrom(...methods), constantFrom(true, false), constantFrom(2, 3, 4), integer(), (wide, tall, toWidth, toHeight, method, antialias, channels, seed) => {
      const data = Uint8Array.from({ length: wide * tall * channels }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 13) & 255);
      const options = { width: toWidth, height: toHeight, method, antialias };
      for (const image of [{ width: wide, height: tall, data }, { width: wide, height: tall, data: Float32Array.from(data, (value) => value / 7) }]) {
        const together = resizeImage<Uint8Array | Float32Array>(image, options).data;
        for (let c = 0; c < channels; c += 1) {
          const one = image.data.filter((_, i) => i % channels === c);
          t.deepEqual(together.filter((_, i) => i % channels === c), resizeImage<Uint8Array | Float32Array>({ width: wide, height: tall, data: one }, options).data);
        }
      }
    }),
  );
});

test('no picture and no size are refused', (t) => {
  t.throws(() => resizeImage({ width: 2, height: 2, data: new Uint8Array(5) }, { width: 1, height: 1 }), { instanceOf: RangeError, message: /5 values are no picture of 2 x 2/ });
  t.throws(() => resizeImage({ width: 1, height: 1, data: new Uint8Array(3) }, { width: 0, height: 1 }), { instanceOf: RangeError, message: /cannot make a picture of 0 x 1/ });
});
