import test from 'ava';
import golden from '../golden/owl/flip.json' with { type: 'json' };
import { fromXyxy, toXyxy } from '../../kernels/boxFormats.js';
import { flipBoxes } from '../../kernels/flipBoxes.js';

test('as scenic flips, within 1e-6; twice is the same box', (t) => {
  for (const { in: boxes, flipped } of golden.cases) {
    const own = toXyxy(boxes.flat(), 'yxyx');
    fromXyxy(flipBoxes(own), 'yxyx').forEach((value, i) => t.true(Math.abs(value - flipped.flat()[i]!) < 1e-6));
    flipBoxes(flipBoxes(own)).forEach((value, i) => t.true(Math.abs(value - own[i]!) < 1e-6));
  }
});
