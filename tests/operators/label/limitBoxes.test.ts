import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { limitBoxes } from '../../../operators/label/limitBoxes.js';
import { boxed, through } from './boxed.js';

test('the first boxes and negatives stay', async (t) => {
  const [sample] = await through([boxed([[0, 0, 1, 1], [0, 0, 0.5, 0.5]], [['a'], ['b']], ['c', 'd', 'e'])], limitBoxes({ boxes: 1, negatives: 2 }));
  t.deepEqual([...sample!.boxesXyxy], [0, 0, 1, 1]);
  t.deepEqual([sample!.boxLabels, sample!.negativeLabels], [[['a']], ['c', 'd']]);
  t.throws(() => limitBoxes({ boxes: -1 }), { instanceOf: UsageError });
});
