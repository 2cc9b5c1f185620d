import test from 'ava';
import golden from '../../golden/owl/selftrain_resize.json' with { type: 'json' };
import { UsageError } from '../../../engine/errors.js';
import type { Origin } from '../../../engine/sample.js';
import { fromXyxy } from '../../../kernels/boxFormats.js';
import { resizeWithPadAndBoxes } from '../../../operators/label/resizeWithPadAndBoxes.js';
import { boxed, plain, through } from './boxed.js';

const whole = [[0, 0, 1, 1], [0, 0, 0.5, 0.5]];
const labels = [['all'], ['quarter']];

test('at the top left, aspect kept, grey beside; boxes follow', async (t) => {
  const [wide, high] = await through([boxed(whole, labels, [], plain(8, 4)), boxed(whole, labels, [], plain(4, 8))], resizeWithPadAndBoxes({ size: 4 }));
  t.deepEqual([wide!.pixels.width, wide!.pixels.height], [4, 4]);
  t.deepEqual([...wide!.boxesXyxy], [0, 0, 1, 0.5, 0, 0, 0.5, 0.25]);
  t.deepEqual([...high!.boxesXyxy], [0, 0, 0.5, 1, 0, 0, 0.25, 0.5]);
  const red = (data: ArrayLike<number>): number[] => Array.from({ length: 16 }, (_, pixel) => data[3 * pixel]!);
  t.deepEqual(red(wide!.pixels.data), [9, 9, 9, 9, 9, 9, 9, 9, 128, 128, 128, 128, 128, 128, 128, 128]);
  t.deepEqual(red(high!.pixels.data), [9, 9, 128, 128, 9, 9, 128, 128, 9, 9, 128, 128, 9, 9, 128, 128]);
});

test('floats stay floats; a tile has its own side', async (t) => {
  const first: Origin = { dataset: 'd', shard: 's', record: 0, pass: 0, path: [] };
  const pixels = { width: 2, height: 2, data: new Float32Array(12).fill(0.25) };
  const [sample] = await through([{ ...boxed(whole, labels), pixels, tile: { grid: 2, place: 0, side: 3, first } }], resizeWithPadAndBoxes({ size: 6, pad: 0 }));
  t.true(sample!.pixels.data instanceof Float32Array);
  t.deepEqual([sample!.pixels.width, sample!.pixels.data[0]], [3, 0.25]);
});

test('a random size in the square, as OWL-ST: the box of the whole picture as specified', async (t) => {
  for (const { h, w, tile, factor, box_full_image_yxyx: want } of golden.cases) {
    const [sample] = await through([boxed([[0, 0, 1, 1]], [['all']], [], plain(w, h))], resizeWithPadAndBoxes({ size: tile, shrink: [factor, factor] }));
    fromXyxy(sample!.boxesXyxy, 'yxyx').forEach((value, i) => t.true(Math.abs(value - want[i]!) < 1e-6));
  }
});

test('sizes are spread evenly over the range', async (t) => {
  const out = await through(Array.from({ length: 400 }, () => boxed([[0, 0, 1, 1]], [['all']], [], plain(20, 10))), resizeWithPadAndBoxes({ size: 20, shrink: [0.5, 1] }));
  const widths = out.map(({ boxesXyxy }) => boxesXyxy[2]!);
  t.true(widths.every((width) => width >= 0.5 && width <= 1));
  const mean = widths.reduce((sum, width) => sum + width, 0) / widths.length;
  t.true(Math.abs(mean - 0.75) < 5 * Math.sqrt(0.25 / 12 / 400), `mean ${mean}`);
});

test('options are checked', (t) => {
  t.throws(() => resizeWithPadAndBoxes({ size: 0 }), { instanceOf: UsageError });
  t.throws(() => resizeWithPadAndBoxes({ size: 8, pad: 128 }), { instanceOf: UsageError, message: 'resizeWithPadAndBoxes: `pad` must be a number from 0 to 1, got 128' });
  t.throws(() => resizeWithPadAndBoxes({ size: 8, shrink: [0.9, 0.5] }), { instanceOf: UsageError, message: /`shrink` must be \[from, to\] with 0 < from <= to <= 1, got \[0.9, 0.5\]/ });
});
