import test from 'ava';
import golden from '../golden/owl/focal_loss.json' with { type: 'json' };
import { focalLoss } from '../../kernels/focalLoss.js';

test('as in closed form, within 1e-12 of it', (t) => {
  for (const { logit, target, loss } of golden.cases) t.true(Math.abs(focalLoss(logit, target) - loss) < 1e-12, `${logit} ${target}`);
});

test('finite where a sigmoid is 0 or 1; plain cross-entropy at gamma 0', (t) => {
  t.is(focalLoss(-800, 1), 240);
  t.is(focalLoss(800, 1), 0);
  t.true(Math.abs(focalLoss(0.3, 1, { alpha: 1, gamma: 0 }) - Math.log(1 + Math.exp(-0.3))) < 1e-15);
});
