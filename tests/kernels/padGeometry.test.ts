import test from 'ava';
import { assert, integer, property } from 'fast-check';
import shrunk from '../golden/owl/selftrain_resize.json' with { type: 'json' };
import traps from '../golden/owl/resize_float32_traps.json' with { type: 'json' };
import { shrunkInSquare, sizeInSquare } from '../../kernels/padGeometry.js';

test('sizes as scenic computes them in float32, its traps included', (t) => {
  const cases = Array.isArray(traps.cases) ? traps.cases : [];
  t.true(cases.length > 10);
  for (const { h, w, size, float32_fit_hw: [height, width] } of cases) t.deepEqual(sizeInSquare({ height: h, width: w }, size), { height, width } as { height: number; width: number }, `${w} x ${h} in ${size}`);
});

test('within the square, the long side full but for a pixel, never empty', (t) => {
  const side = integer({ min: 1, max: 5000 });
  assert(
    property(side, side, integer({ min: 1, max: 1100 }), (height, width, size) => {
      const fit = sizeInSquare({ height, width }, size);
      t.true(fit.height >= 1 && fit.width >= 1 && fit.height <= size && fit.width <= size && Math.max(fit.height, fit.width) >= size - 1);
    }),
  );
});

test('a random size in its tile, as specified', (t) => {
  for (const { h, w, tile, factor, content_h: height, content_w: width } of shrunk.cases) t.deepEqual(shrunkInSquare({ height: h, width: w }, tile, factor), { height, width });
  t.deepEqual(shrunkInSquare({ height: 1, width: 5000 }, 160, 0.5), { height: 1, width: 80 });
});
