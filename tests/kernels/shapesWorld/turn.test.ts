import test from 'ava';
import { turn } from '../../../kernels/shapesWorld/turn.js';

test('cosine and sine to 1e-15, quarter turns exact in sign', (t) => {
  for (let i = -4_000; i <= 4_000; i++) {
    const angle = i / 300;
    const { cos, sin } = turn(angle);
    t.true(Math.abs(cos - Math.cos(angle)) < 1e-15 && Math.abs(sin - Math.sin(angle)) < 1e-15, String(angle));
  }
  t.deepEqual(turn(0), { cos: 1, sin: 0 });
});
