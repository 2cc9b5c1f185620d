import test from 'ava';
import { counterRandom } from '../../kernels/random.js';
import { torchvisionCropBox } from '../../kernels/torchvisionCropBox.js';

const range = { area: [0.08, 1], ratio: [3 / 4, 4 / 3] } as const;

test('area uniform and ratio log-uniform, as far as they fit: means of the law, worked out by quadrature', (t) => {
  const random = counterRandom(4);
  const [width, height] = [1000, 1000];
  const boxes = Array.from({ length: 20000 }, () => torchvisionCropBox(random, { width, height }, range));
  const areas = boxes.map((box) => (box.width * box.height) / (width * height));
  // Of a square a box with area a and ratio r fits when a <= min(r, 1/r): the mean over a grid of both.
  let [inside, sum] = [0, 0];
  for (let i = 0; i < 1000; i += 1) {
    const area = 0.08 + (0.92 * (i + 0.5)) / 1000;
    for (let j = 0; j < 1000; j += 1) {
      const ratio = Math.exp(Math.log(3 / 4) + (Math.log(16 / 9) * (j + 0.5)) / 1000);
      if (area > Math.min(ratio, 1 / ratio)) continue;
      inside += 1;
      sum += area;
    }
  }
  const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
  t.true(Math.abs(mean(areas) - sum / inside) < 0.008, `${mean(areas)} ${sum / inside}`);
  t.true(Math.abs(mean(boxes.map((box) => Math.log(box.width / box.height)))) < 0.006);
  t.true(boxes.some(({ y, height: tall }) => y + tall === height), 'the last place is taken');
});

test('a picture too long for any box: the largest one in the middle with a ratio of the range', (t) => {
  t.deepEqual(torchvisionCropBox(counterRandom(1), { width: 1000, height: 10 }, { area: [0.9, 1], ratio: [0.75, 4 / 3] }), { x: 493, y: 0, width: 13, height: 10 });
  t.deepEqual(torchvisionCropBox(counterRandom(1), { width: 9, height: 1000 }, { area: [0.9, 1], ratio: [0.75, 4 / 3] }), { x: 0, y: 494, width: 9, height: 12 });
});
