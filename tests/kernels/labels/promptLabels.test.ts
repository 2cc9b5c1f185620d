import test from 'ava';
import golden from '../../golden/owl/add_random_prompts.json' with { type: 'json' };
import { promptLabels } from '../../../kernels/labels/promptLabels.js';

const { in: given, out_example: out } = golden.cases[0]!;
const groups = [given.instance_text_labels, given.negative_text_labels];
const drawn: Readonly<Record<string, string>> = { cat: 'a low resolution photo of the {}.', dog: 'a photo of the small {}.', cow: 'a drawing of a {}.' };

test('with the templates that scenic drew, its texts: one prompt a label over positives and negatives, none for # and nothing', (t) => {
  const asked: string[] = [];
  const prompted = promptLabels(groups, (label) => { asked.push(label); return drawn[label]!; }, true);
  t.deepEqual(prompted, [out.instance_text_labels, out.negative_text_labels]);
  t.deepEqual(asked, ['cat', 'dog', 'cow']);
});

test('the marker may stay', (t) => {
  t.deepEqual(promptLabels([['#brown horse']], () => '{}', false), [['#brown horse']]);
});
