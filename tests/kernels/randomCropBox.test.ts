import test from 'ava';
import { assert, integer, nat, property } from 'fast-check';
import { counterRandom } from '../../kernels/random.js';
import { randomCropBox } from '../../kernels/randomCropBox.js';

const options = { aspectRatios: [0.75, 1.33], areas: [0.3, 1] } as const;

test('within the picture, with an area and an aspect in range, up to the rounding of a side', (t) => {
  assert(
    property(integer({ min: 1, max: 300 }), integer({ min: 1, max: 300 }), nat(), (height, width, seed) => {
      const box = randomCropBox({ height, width }, counterRandom(seed), options);
      t.true(box.top >= 0 && box.left >= 0 && box.top + box.height <= height && box.left + box.width <= width);
      if (box.height === height && box.width === width) return;
      const area = (box.height * box.width) / (height * width);
      t.true(area >= 0.3 && area <= 1, `area ${area}`);
      t.true((box.width + 0.5) / box.height >= 0.75 && (box.width - 0.5) / box.height <= 1.33, `aspect of ${box.width} x ${box.height}`);
    }),
  );
});

test('the whole picture where nothing fits', (t) => {
  t.deepEqual(randomCropBox({ height: 4, width: 400 }, counterRandom(1), options), { top: 0, left: 0, height: 4, width: 400 });
});

test('every corner is reached, sizes are spread, and the same words draw the same box', (t) => {
  const boxes = Array.from({ length: 2000 }, (_, i) => randomCropBox({ height: 40, width: 40 }, counterRandom('spread', i), options));
  t.true(boxes.some(({ top, left }) => top === 0 && left === 0));
  t.true(boxes.some(({ top, left, height, width }) => top + height === 40 && left + width === 40 && top > 0));
  const mean = boxes.reduce((sum, { height }) => sum + height / 40, 0) / boxes.length;
  // Heights are uniform between sqrt(area / aspect) at the two ends: about 0.55 to 0.98 at an aspect near 1.
  t.true(Math.abs(mean - 0.76) < 0.03, `mean height ${mean}`);
  t.deepEqual(boxes[7], randomCropBox({ height: 40, width: 40 }, counterRandom('spread', 7), options));
});
