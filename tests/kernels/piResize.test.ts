import test from 'ava';
import { readFileSync } from 'node:fs';
import { counterRandom } from '../../kernels/random.js';
import { bilinearMatrix, piMatrix, piResize } from '../../kernels/piResize.js';
import { resizeImage } from '../../kernels/resizeImage.js';

type Matrix = readonly (readonly number[])[];
type Case = Readonly<Record<'B1d' | 'B2d' | 'P=pinv(B2d^T)' | 'P1d=pinv(B1d^T)' | 'w_in' | 'w_out', Matrix>>;
interface Invariance {
  readonly x: Matrix;
  readonly w: Matrix;
  readonly '<x,w>': number;
}
const { cases } = JSON.parse(readFileSync(new URL('../golden/big_vision/flexivit.json', import.meta.url), 'utf8')) as {
  cases: { pi_resize: Readonly<Record<string, Case>> & { readonly 'invariance_check_2->4': Invariance } };
};
const { 'invariance_check_2->4': invariance, ...sizes } = cases.pi_resize;
const near = (got: Iterable<number>, wanted: readonly number[], tolerance: number): boolean => {
  const list = [...got];
  return list.length === wanted.length && list.every((value, at) => Math.abs(value - (wanted[at] as number)) <= tolerance);
};
const square = (rows: Matrix): { width: number; height: number; data: Float32Array } => ({ width: rows.length, height: rows.length, data: Float32Array.from(rows.flat()) });

for (const [name, golden] of Object.entries(sizes)) {
  test(`as the reference: ${name}`, (t) => {
    const [from, to] = [golden.w_in.length, golden.w_out.length];
    t.true(near(bilinearMatrix(from, to), golden.B1d.flat(), 1e-12), 'the resize');
    const p = piMatrix(from, to);
    t.true(near(p, golden['P1d=pinv(B1d^T)'].flat(), 1e-9), 'its pseudo-inverse, one axis');
    const both = Array.from({ length: to ** 2 }, (_, out) => Array.from({ length: from ** 2 }, (__, at) =>
      (p[Math.floor(out / to) * from + Math.floor(at / from)] as number) * (p[(out % to) * from + (at % from)] as number))).flat();
    t.true(near(both, golden['P=pinv(B2d^T)'].flat(), 1e-6), 'both axes');
    const { width, height, data } = piResize(square(golden.w_in), { width: to, height: to });
    t.deepEqual([width, height], [to, to]);
    t.true(near(data, golden.w_out.flat(), 1e-5), 'weights');
  });
}

const product = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);

test('larger weights give on larger patches what the old ones gave on the old', (t) => {
  t.true(Math.abs(product(resizeImage(square(invariance.x), { width: 4, height: 4 }).data, piResize(square(invariance.w), { width: 4, height: 4 }).data) - invariance['<x,w>']) < 1e-6);
  const random = counterRandom('pi');
  const drawn = (width: number, height: number, channels: number) => ({ width, height, data: Float32Array.from({ length: width * height * channels }, () => random.normal()) });
  for (const [width, height, to] of [[8, 8, { width: 48, height: 48 }], [16, 12, { width: 17, height: 30 }], [5, 1, { width: 7, height: 3 }], [16, 16, { width: 16, height: 16 }]] as const) {
    const [x, w] = [drawn(width, height, 3), drawn(width, height, 3)];
    const before = product(x.data, w.data);
    const after = product(resizeImage(x, { ...to, method: 'bilinear' }).data, piResize(w, to).data);
    t.true(Math.abs(after - before) < 1e-3, `${width} x ${height}: ${before} and ${after}`);
  }
});

test('every size to every other has a pseudo-inverse', (t) => {
  for (let from = 1; from <= 24; from += 1) {
    for (let to = 1; to <= 24; to += 1) {
      const [b, p] = [bilinearMatrix(from, to), piMatrix(from, to)];
      // p is pinv(B'), so P'B is the identity where the patch grows, and BP' where it shrinks.
      const least = Math.min(from, to);
      for (let i = 0; i < least; i += 1) {
        for (let j = 0; j < least; j += 1) {
          let sum = 0;
          for (let k = 0; k < Math.max(from, to); k += 1) sum += to >= from ? (p[k * from + i] as number) * (b[k * from + j] as number) : (b[i * from + k] as number) * (p[j * from + k] as number);
          if (Math.abs(sum - (i === j ? 1 : 0)) > 1e-6) return t.fail(`${from} to ${to}: ${sum} at ${i}, ${j}`);
        }
      }
    }
  }
  t.pass();
});

test('an empty size is refused', (t) => {
  t.throws(() => piResize(square([[1]]), { width: 0, height: 2 }), { instanceOf: RangeError });
});
