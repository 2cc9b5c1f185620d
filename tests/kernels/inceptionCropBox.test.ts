import test from 'ava';
import { assert, double, integer, property } from 'fast-check';
import { readFileSync } from 'node:fs';
import type { CropBox } from '../../kernels/cropImage.js';
import { inceptionCropBox } from '../../kernels/inceptionCropBox.js';
import { counterRandom } from '../../kernels/random.js';

interface Stats {
  readonly area_fraction_mean: number;
  readonly area_fraction_quantiles_5_25_50_75_95: readonly number[];
  readonly aspect_w_over_h_mean: number;
  readonly aspect_quantiles: readonly number[];
  readonly mean_y0: number;
  readonly mean_x0: number;
}
interface Golden {
  readonly cases: readonly { readonly H: number; readonly W: number; readonly area: readonly [number, number]; readonly ratio: readonly [number, number]; readonly N: number; readonly tensorflow: Stats }[];
}
const { cases } = JSON.parse(readFileSync(new URL('../golden/big_vision/inception_crop_stats.json', import.meta.url), 'utf8')) as Golden;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const quantiles = (values: readonly number[]): number[] => {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => sorted[Math.round(share * (sorted.length - 1))]!);
};

for (const { H: height, W: width, area, ratio, N, tensorflow } of cases) {
  test(`the distribution of TensorFlow's kernel: ${width} x ${height}, area from ${area[0]}`, (t) => {
    const random = counterRandom(2, width, height, area[0]);
    const boxes: CropBox[] = Array.from({ length: N }, () => inceptionCropBox(random, { width, height }, { area, ratio }));
    const [areas, ratios] = [boxes.map((box) => (box.width * box.height) / (width * height)), boxes.map((box) => box.width / box.height)];
    const near = (got: number, want: number, by: number, what: string): boolean => t.true(Math.abs(got - want) < by, `${what}: ${got}, wanted ${want}`);
    near(mean(areas), tensorflow.area_fraction_mean, 0.01, 'mean area');
    near(mean(ratios), tensorflow.aspect_w_over_h_mean, 0.01, 'mean ratio');
    // The two samples' quantiles have standard errors of up to 0.007; the golden's own second port differs by as much.
    quantiles(areas).forEach((value, i) => near(value, tensorflow.area_fraction_quantiles_5_25_50_75_95[i]!, 0.025, `area quantile ${i}`));
    quantiles(ratios).forEach((value, i) => near(value, tensorflow.aspect_quantiles[i]!, 0.025, `ratio quantile ${i}`));
    near(mean(boxes.map(({ y }) => y)) / height, tensorflow.mean_y0 / height, 0.01, 'mean y');
    near(mean(boxes.map(({ x }) => x)) / width, tensorflow.mean_x0 / width, 0.01, 'mean x');
    t.true(boxes.every((box) => box.height === height || box.y + box.height < height), 'never the last place');
  });
}

test('always inside the picture, of an area and a ratio in the range or the whole picture', (t) => {
  const side = integer({ min: 1, max: 300 });
  assert(
    property(side, side, double({ min: 0.01, max: 1, noNaN: true }), integer(), (width, height, least, seed) => {
      const box = inceptionCropBox(counterRandom(seed), { width, height }, { area: [least, 1], ratio: [0.75, 1.33] });
      t.true(box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0 && box.x + box.width <= width && box.y + box.height <= height);
      t.true(box.width * box.height >= Math.fround(Math.fround(Math.fround(least) * width) * height));
    }),
  );
});

test('a shape that no box can have gives the whole picture', (t) => {
  t.deepEqual(inceptionCropBox(counterRandom(1), { width: 1000, height: 10 }, { area: [0.9, 1], ratio: [0.75, 1.33] }), { x: 0, y: 0, width: 1000, height: 10 });
});
