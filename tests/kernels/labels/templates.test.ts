import test from 'ava';
import golden from '../../golden/owl/prompts.json' with { type: 'json' };
import { canonicalizeLabel } from '../../../kernels/labels/canonicalizeLabel.js';
import { clipBest7, fillTemplate, trainingTemplates } from '../../../kernels/labels/templates.js';

test('the templates are those of the golden file', (t) => {
  t.deepEqual(clipBest7, golden.seven_best);
  t.deepEqual(trainingTemplates, golden.train_templates);
  t.deepEqual([clipBest7.length, trainingTemplates.length, new Set(trainingTemplates).size], [7, golden.num_train_templates, 81]);
  t.true(clipBest7.every((template) => trainingTemplates.includes(template)));
});

for (const { label, template, out } of golden.cases) {
  test(`golden: ${label} in ${template}`, (t) => t.is(canonicalizeLabel(fillTemplate(template, label)), out));
}

test('the label stands as it is', (t) => {
  t.is(fillTemplate('itap of a {}.', '$& {} $1'), 'itap of a $& {} $1.');
});

test('a template has one place', (t) => {
  for (const template of ['cat', '{} and {}', '']) {
    t.throws(() => fillTemplate(template, 'x'), { instanceOf: RangeError, message: `a template must contain {} exactly once, got ${JSON.stringify(template)}` });
  }
});
