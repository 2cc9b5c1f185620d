import test from 'ava';
import { assert, double, integer, property } from 'fast-check';
import { cutBox } from '../../kernels/cutBox.js';

test('sides are those of the picture times the root of the area, around the middle', (t) => {
  t.deepEqual(cutBox({ width: 100, height: 40, area: 0.25, centre: [0.5, 0.5] }), [25, 10, 75, 30]);
  t.deepEqual(cutBox({ width: 100, height: 40, area: 0.25, centre: [0.1, 0.9] }), [0, 26, 35, 40], 'clipped at the border');
  t.deepEqual(cutBox({ width: 100, height: 40, area: 0, centre: [0.5, 0.5] }), [50, 20, 50, 20], 'empty');
  t.deepEqual(cutBox({ width: 9, height: 9, area: 0.5, centre: [0.5, 0.5] }), [1, 1, 7, 7], 'a side of 6.4 pixels: 3 on both sides of pixel 4');
});

test('always inside the picture, never larger than asked for', (t) => {
  const share = double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  assert(
    property(integer({ min: 1, max: 300 }), integer({ min: 1, max: 300 }), double({ min: 0, max: 1, noNaN: true }), share, share, (width, height, area, x, y) => {
      const [x0, y0, x1, y1] = cutBox({ width, height, area, centre: [x, y] });
      const whole = [x0, y0, x1, y1].every(Number.isInteger);
      return whole && x0 >= 0 && y0 >= 0 && x0 <= x1 && y0 <= y1 && x1 <= width && y1 <= height && (x1 - x0) * (y1 - y0) <= area * width * height + 1e-9;
    }),
    { seed: 7 },
  );
  t.pass();
});
