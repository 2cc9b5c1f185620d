import test from 'ava';
import { canonicalizeLabels } from '../../../operators/label/canonicalizeLabels.js';
import { boxed, through } from './boxed.js';

test('labels of boxes and negatives in standard form; boxes stay', async (t) => {
  const before = boxed([[0, 0, 1, 1]], [['First-Aid_kit', 'Café']], ['N/A']);
  const [sample] = await through([before], canonicalizeLabels());
  t.deepEqual([sample!.boxLabels, sample!.negativeLabels], [[['first-aid kit', 'caf']], ['n a']]);
  t.is(sample!.boxesXyxy, before.boxesXyxy);
});
