import test from 'ava';
import golden from '../../golden/owl/forbidden_labels.json' with { type: 'json' };
import { forbiddenLabels } from '../../../kernels/labels/forbiddenLabels.js';

test("as scenic's RemoveForbiddenLabels with its lists", (t) => {
  const { lvis_rare: rare, o365_vg: near, n_lvis_rare: rareCount, n_o365_vg: nearCount, queries } = golden.cases;
  t.deepEqual([rare.length, near.length], [rareCount, nearCount]);
  const forbidden = forbiddenLabels([...rare, ...near]);
  for (const { in: label, forbidden: want } of queries) t.is(forbidden(label), want, label);
});
