import test from 'ava';
import { autoAugmentV0 } from '../../../kernels/augment/autoAugmentV0.js';

test('25 sub-policies of two steps, probabilities in tenths of 0 to 1 and magnitudes 0 to 10', (t) => {
  t.is(autoAugmentV0.length, 25);
  for (const [op, probability, magnitude] of autoAugmentV0.flat()) {
    t.true(probability >= 0 && probability <= 1 && Number.isInteger(Math.round(10 * probability)) && Number.isInteger(magnitude) && magnitude >= 0 && magnitude <= 10, op);
  }
  t.true(autoAugmentV0.every((steps) => steps.length === 2));
  t.is(new Set(autoAugmentV0.map((steps) => JSON.stringify(steps))).size, 25);
});
