import test from 'ava';
import golden from '../../golden/owl/forbidden_labels.json' with { type: 'json' };
import { forbidLabels } from '../../../operators/label/forbidLabels.js';
import { boxed, through } from './boxed.js';

test("with scenic's lists: boxes and negatives go, of several labels one; the sample stays", async (t) => {
  const lists = [...golden.cases.lvis_rare, ...golden.cases.o365_vg];
  const before = boxed([[0, 0, 1, 1], [0, 0, 0.5, 0.5], [0.5, 0.5, 1, 1]], [['Bible'], ['cat', 'axe'], ['dog']], ['tuxedo', 'cow']);
  const [sample] = await through([before], forbidLabels(lists));
  t.deepEqual([...sample!.boxesXyxy], [0, 0, 0.5, 0.5, 0.5, 0.5, 1, 1]);
  t.deepEqual([sample!.boxLabels, sample!.negativeLabels], [[['cat'], ['dog']], ['cow']]);
});

test('the list is part of what the output depends on, its order is not', (t) => {
  const optionsOf = (labels: readonly string[]): unknown => forbidLabels(labels).stage.options;
  t.deepEqual(optionsOf(['a', 'b']), optionsOf(['b', 'a']));
  t.notDeepEqual(optionsOf(['a', 'b']), optionsOf(['a', 'c']));
});
