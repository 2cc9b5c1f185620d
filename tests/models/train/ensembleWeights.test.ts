import { readFileSync } from 'node:fs';
import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { ensembleWeights } from '../../../models/train/ensembleWeights.js';
import { apart } from '../../helpers/backends.js';

const { ensemble } = (JSON.parse(readFileSync(new URL('../../golden/owl/schedule_and_weights.json', import.meta.url), 'utf8')) as { cases: { ensemble: Record<'w_st' | 'w_ft' | 'a_0.4' | 'a_0.5', number[]> } }).cases;
const weights = (values: number[], name = 'w') => new Map([[name, { shape: [values.length], data: Float32Array.from(values) }]]);

test('the golden ensembles of OWLv2', (t) => {
  for (const share of [0.4, 0.5] as const) {
    t.true(apart(ensembleWeights(weights(ensemble.w_st), weights(ensemble.w_ft), share).get('w')?.data as Float32Array, ensemble[`a_${share}`]) < 1e-6);
  }
});

test('two models that are not one are refused', (t) => {
  t.throws(() => ensembleWeights(weights([1]), weights([1, 2]), 0.5), { instanceOf: UsageError, message: /w is \[1\] in the first model and \[2\] in the second/ });
  t.throws(() => ensembleWeights(weights([1]), weights([1], 'v'), 0.5), { instanceOf: UsageError, message: /no weight v/ });
  t.throws(() => ensembleWeights(weights([1]), weights([1]), 1.5), { instanceOf: UsageError, message: /`share`/ });
});
