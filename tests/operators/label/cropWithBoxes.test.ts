import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import type { RgbImage } from '../../../kernels/rgbImage.js';
import { cropWithBoxes } from '../../../operators/label/cropWithBoxes.js';
import { boxed, through } from './boxed.js';

/** White where the box is, in whole pixels. */
function pictureOf(width: number, height: number, [x0, y0, x1, y1]: readonly [number, number, number, number]): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let y = y0; y < y1; y += 1) data.fill(255, 3 * (y * width + x0), 3 * (y * width + x1));
  return { width, height, data };
}

test('a box is where its object is, and stays if and only if enough of it is in the crop', async (t) => {
  const object = [10, 6, 22, 18] as const;
  const picture = pictureOf(40, 30, object);
  const many = Array.from({ length: 300 }, () => boxed([[10 / 40, 6 / 30, 22 / 40, 18 / 30]], [['square']], ['cow'], picture));
  const out = await through(many, cropWithBoxes());
  let gone = 0;
  for (const { pixels: { width, height, data }, boxesXyxy, boxLabels, negativeLabels } of out) {
    const white = [...data.keys()].filter((at) => at % 3 === 0 && data[at] === 255).map((at) => [(at / 3) % width, Math.floor(at / 3 / width)] as const);
    t.is(boxLabels.length, white.length / 144 >= 0.6 ? 1 : 0);
    t.is(boxesXyxy.length, 4 * boxLabels.length);
    t.deepEqual(negativeLabels, ['cow']);
    if (boxLabels.length === 0) gone += 1;
    else {
      const [xs, ys] = [white.map(([x]) => x), white.map(([, y]) => y)];
      const want = [Math.min(...xs) / width, Math.min(...ys) / height, (Math.max(...xs) + 1) / width, (Math.max(...ys) + 1) / height];
      want.forEach((value, i) => t.true(Math.abs(boxesXyxy[i]! - value) < 1e-5));
    }
  }
  t.true(gone > 10 && gone < 200, `${gone} of 300 lost their box`);
});

test('boxes stay within the picture, for any size of it', async (t) => {
  const sizes = [[1, 1], [1, 60], [60, 1], [7, 13]] as const;
  const out = await through(sizes.map(([width, height]) => boxed([[0, 0, 1, 1], [0.4, 0.4, 0.6, 0.6]], [['all'], ['middle']], [], pictureOf(width, height, [0, 0, 1, 1]))), cropWithBoxes({ minAreaLeft: 0 }));
  for (const { boxesXyxy, pixels: { width, height, data } } of out) {
    t.true(boxesXyxy.every((value) => value >= 0 && value <= 1));
    t.is(data.length, 3 * width * height);
  }
});

test('options are checked', (t) => {
  t.throws(() => cropWithBoxes({ areas: [0.5, 0.3] }), { instanceOf: UsageError, message: 'cropWithBoxes: `areas` must be [from, to] with 0 < from <= to <= 1, got [0.5, 0.3]' });
  t.throws(() => cropWithBoxes({ aspectRatios: [0, 1] }), { instanceOf: UsageError });
  t.throws(() => cropWithBoxes({ minAreaLeft: 2 }), { instanceOf: UsageError });
});
