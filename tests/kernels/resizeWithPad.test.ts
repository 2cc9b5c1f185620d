import test from 'ava';
import { readFileSync } from 'node:fs';
import { fitInSquare, resizeWithPad } from '../../kernels/resizeWithPad.js';

type Pixels = readonly (readonly (readonly number[])[])[];
interface PixelCases {
  readonly cases: { readonly input_hwc: Pixels; readonly out: readonly { readonly size: number; readonly antialias: boolean; readonly out_hwc: Pixels }[] };
}
interface TrapCases {
  readonly cases: readonly { readonly h: number; readonly w: number; readonly size: number; readonly float32_fit_hw: readonly [number, number]; readonly tf_fit_hw?: readonly [number, number] }[];
}
const golden = <T>(name: string): T => JSON.parse(readFileSync(new URL(`../golden/owl/${name}.json`, import.meta.url), 'utf8')) as T;
const { cases } = golden<PixelCases>('resize_with_pad_pixels');
const input = { width: cases.input_hwc[0]!.length, height: cases.input_hwc.length, data: Float32Array.from(cases.input_hwc.flat(2)) };

for (const { size, antialias, out_hwc } of cases.out) {
  test(`as scenic's ResizeWithPad: size ${size}, antialias ${antialias}`, (t) => {
    const out = resizeWithPad(input, { size, antialias });
    t.deepEqual([out.width, out.height, out.data.length], [size, size, 3 * size * size]);
    const worst = out_hwc.flat(2).reduce((most, value, i) => Math.max(most, Math.abs(value - out.data[i]!)), 0);
    t.true(worst < 1e-6, `${worst}`);
  });
}

test('sides in float32, as scenic: one pixel less than the exact numbers where it is', (t) => {
  const { cases: traps } = golden<TrapCases>('resize_float32_traps');
  t.true(traps.length > 50);
  for (const { h, w, size, float32_fit_hw, tf_fit_hw } of traps) {
    const fit = fitInSquare({ width: w, height: h }, size);
    t.deepEqual([fit.height, fit.width], [...float32_fit_hw], `${h} x ${w} in ${size}`);
    if (tf_fit_hw !== undefined) t.deepEqual([fit.height, fit.width], [...tf_fit_hw]);
  }
});

test('bytes are padded with their share of 255; nothing left of a side is refused', (t) => {
  const out = resizeWithPad({ width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }, { size: 2 });
  t.deepEqual([...out.data], [1, 2, 3, 4, 5, 6, ...Array.from({ length: 6 }, () => 127)]);
  t.throws(() => resizeWithPad({ width: 1000, height: 1, data: new Uint8Array(3000) }, { size: 224 }), { instanceOf: RangeError, message: /cannot make a picture of \d+ x 0/ });
});
