import test from 'ava';
import golden from '../../golden/owl/add_random_prompts.json' with { type: 'json' };
import { UsageError } from '../../../engine/errors.js';
import { canonicalizeLabel } from '../../../kernels/labels/canonicalizeLabel.js';
import { fillTemplate, trainingTemplates } from '../../../kernels/labels/templates.js';
import { randomPrompts } from '../../../operators/label/randomPrompts.js';
import { boxed, through } from './boxed.js';

const { instance_text_labels: labels, negative_text_labels: negatives } = golden.cases[0]!.in;
const sample = boxed(labels.map(() => [0, 0, 1, 1]), labels.map((label) => [label]), negatives);
const promptsOf = (label: string): string[] => trainingTemplates.map((template) => canonicalizeLabel(fillTemplate(template, label)));

test('as scenic prompts: one text a label, over boxes and negatives; marked and empty ones as they are', async (t) => {
  for (const { boxLabels, negativeLabels } of await through(Array.from({ length: 50 }, () => sample), randomPrompts())) {
    const [cat, dog, again, horse, empty] = boxLabels.flat();
    t.true(promptsOf('cat').includes(cat!) && promptsOf('dog').includes(dog!));
    t.deepEqual([again, horse, empty], [cat, 'brown horse', '']);
    t.true(promptsOf('cow').includes(negativeLabels[0]!));
    t.deepEqual(negativeLabels.slice(1), [cat, '']);
  }
});

test('all 81 templates are as likely: chi-square over 8,100 draws', async (t) => {
  const out = await through(Array.from({ length: 8100 }, () => boxed([[0, 0, 1, 1]], [['cat']])), randomPrompts({ templates: trainingTemplates.map((_, i) => `${i} {}`) }));
  const counts = Array.from({ length: 81 }, () => 0);
  for (const { boxLabels } of out) counts[Number(boxLabels[0]![0]!.split(' ')[0])]! += 1;
  const chi = counts.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
  t.true(chi < 124.8, `chi-square ${chi.toFixed(1)} with 80 degrees of freedom; 124.8 is passed once in a thousand`);
});

test('templates are checked', (t) => {
  t.throws(() => randomPrompts({ templates: ['a photo'] }), { instanceOf: UsageError, message: /randomPrompts: `templates`: a template must contain \{\} exactly once, got "a photo"/ });
  t.throws(() => randomPrompts({ templates: [] }), { instanceOf: UsageError });
});
