import test from 'ava';
import golden from '../golden/owl/sparse_supervision.json' with { type: 'json' };
import { tubeletCost } from '../../kernels/tubeletCost.js';

test('only annotated frames count', (t) => {
  for (const { per_frame_cost: costs, mask, tubelet_cost: want } of golden.cases) t.is(tubeletCost(costs, mask), want);
  t.throws(() => tubeletCost([1], []), { instanceOf: RangeError });
});
