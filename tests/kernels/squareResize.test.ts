import test from 'ava';
import { assert, integer, property } from 'fast-check';
import { readFileSync } from 'node:fs';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { squareResize } from '../../kernels/squareResize.js';

interface PixelCase { h: number; w: number; size: number; pad?: number; pixel_values_chw?: number[][][]; before_normalize_chw?: number[][][]; pixels_chw?: number[][][] }

function golden(name: string): { cases: PixelCase[]; mean: number[]; std: number[] } {
  return JSON.parse(readFileSync(new URL(`../golden/owl/${name}.json`, import.meta.url), 'utf8'));
}

/** The golden files' own picture: (y * 37 + x * 53 + c * 91) % 256. */
function picture(width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return (Math.floor(pixel / width) * 37 + (pixel % width) * 53 + (i % 3) * 91) % 256;
  });
  return { width, height, data };
}

function worst(got: Float32Array, want: number[][][]): number {
  const flat = want.flat(2);
  return flat.length === got.length ? flat.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0) : Infinity;
}

test('agrees with transformers\' Owlv2 processor', (t) => {
  const { cases, mean, std } = golden('hf_owlv2_pixels');
  for (const { h, w, size, pixel_values_chw: normalised, before_normalize_chw: plain } of cases) {
    // The golden values are rounded to six digits.
    t.true(worst(squareResize(picture(w, h), { size, mean, std }), normalised!) < 2e-6);
    t.true(worst(squareResize(picture(w, h), { size }), plain!) < 1e-6);
  }
});

test('agrees with scikit-image for any padding', (t) => {
  for (const { h, w, size, pad, pixels_chw: want } of golden('skimage_square_resize').cases) {
    t.true(worst(squareResize(picture(w, h), { size, padValue: pad! }), want!) < 1e-6);
  }
});

test('pads at the bottom and right', (t) => {
  const white: RgbImage = { width: 4, height: 2, data: new Uint8Array(24).fill(255) };
  const wide = squareResize(white, { size: 4, padValue: 0.5 });
  t.deepEqual([...wide.subarray(0, 16)], [1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  const tall = squareResize({ ...white, width: 2, height: 4 }, { size: 4 });
  t.deepEqual([...tall.subarray(0, 8)], [1, 1, 0, 0, 1, 1, 0, 0]);
});

test('stays within the range of the input', (t) => {
  const side = integer({ min: 1, max: 40 });
  assert(property(side, side, side, integer(), (width, height, size, seed) => {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.imul(i + 1, seed | 1) >>> 7) & 255);
    for (const value of squareResize({ width, height, data }, { size, padValue: 0.5 })) t.true(value >= -1e-6 && value <= 1 + 1e-6);
  }), { numRuns: 50 });
});

test('writes where it is told, and nothing else', (t) => {
  const out = new Float32Array(3 * 9 + 2).fill(7);
  t.is(squareResize(picture(5, 4), { size: 3 }, out, 1), out);
  t.deepEqual([out[0], out[28]], [7, 7]);
  t.deepEqual(out.slice(1, 28), squareResize(picture(5, 4), { size: 3 }));
  t.throws(() => squareResize(picture(5, 4), { size: 3 }, out, 3), { instanceOf: RangeError, message: /\[3, 3, 3\] at offset 3.*29 values/ });
});

test('refuses a picture whose bytes are not its size', (t) => {
  t.throws(() => squareResize({ width: 2, height: 2, data: new Uint8Array(11) }, { size: 2 }), { message: /2 x 2 needs 12 bytes.*got 11/ });
  t.throws(() => squareResize({ width: 0, height: 0, data: new Uint8Array(0) }, { size: 2 }), { instanceOf: RangeError });
});
