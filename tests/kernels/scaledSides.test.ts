import test from 'ava';
import { assert, integer, property } from 'fast-check';
import { scaledSides } from '../../kernels/scaledSides.js';

test('the side asked for gets the size, the other keeps the shape; halves go to the even neighbour', (t) => {
  t.deepEqual(scaledSides({ width: 500, height: 375 }, 256, 'smaller'), { width: 341, height: 256 });
  t.deepEqual(scaledSides({ width: 500, height: 375 }, 224, 'longer'), { width: 224, height: 168 });
  t.deepEqual(scaledSides({ width: 4, height: 5 }, 2, 'smaller'), { width: 2, height: 2 }, '2.5 becomes 2');
  t.deepEqual(scaledSides({ width: 4, height: 7 }, 2, 'smaller'), { width: 2, height: 4 }, '3.5 becomes 4');
  t.deepEqual(scaledSides({ width: 1000, height: 1 }, 224, 'longer'), { width: 224, height: 0 });
});

test('the named side is exact for every size, the other within one pixel of the shape', (t) => {
  const side = integer({ min: 1, max: 8000 });
  assert(
    property(side, side, integer({ min: 1, max: 2000 }), (width, height, size) => {
      const smaller = scaledSides({ width, height }, size, 'smaller');
      const longer = scaledSides({ width, height }, size, 'longer');
      t.is(Math.min(smaller.width, smaller.height), size);
      t.is(Math.max(longer.width, longer.height), size);
      const long = (size * Math.max(width, height)) / Math.min(width, height);
      t.true(Math.abs(Math.max(smaller.width, smaller.height) - long) <= 0.5 + 1e-6 * long);
    }),
  );
});
