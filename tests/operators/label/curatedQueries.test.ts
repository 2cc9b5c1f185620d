import test from 'ava';
import golden from '../../golden/owl/curated_label_space.json' with { type: 'json' };
import { StageError, UsageError } from '../../../engine/errors.js';
import { canonicalJson } from '../../../engine/json.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { curatedQueries } from '../../../operators/label/curatedQueries.js';
import { ngramQueries } from '../../../operators/label/ngramQueries.js';
import type { QuerySet } from '../../../operators/label/querySet.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

const captions = [{ text: 'a cat' }, { text: 'of the' }];
const source = memorySource(captions);

async function querySets(pipe: Pipeline): Promise<(readonly QuerySet[])[]> {
  const elements = await laneElements(pipe, { itinerary: wholeMemory(captions.length) });
  return samplesOf<Sample & { readonly querySets: readonly QuerySet[] }>(elements).map((sample) => sample.querySets);
}

const options = (labels: readonly string[]): string => canonicalJson(curatedQueries(labels).stage.options);

test('golden: lists of class names become one label space, the same object for every picture', async (t) => {
  for (const { in: lists, out: queries } of golden.cases) {
    const sets = await querySets(pipeline(source, curatedQueries(lists)));
    t.deepEqual(sets, [[{ labelSpace: 'curated', queries, scoreFactor: 0.3 }], [{ labelSpace: 'curated', queries, scoreFactor: 0.3 }]]);
    t.is(sets[0]![0], sets[1]![0]);
    const [flat] = await querySets(pipeline(source, curatedQueries(lists.flat(), { scoreFactor: 1, labelSpace: 'all' })));
    t.deepEqual(flat, [{ labelSpace: 'all', queries, scoreFactor: 1 }]);
  }
});

test('N-grams or class names may come first', async (t) => {
  const one = await querySets(pipeline(source, ngramQueries(), curatedQueries(['cat'])));
  const other = await querySets(pipeline(source, curatedQueries(['cat']), ngramQueries()));
  t.deepEqual(one[0]!.map(({ labelSpace, queries }) => [labelSpace, queries]), [['ngrams', ['a cat', 'cat']], ['curated', ['cat']]]);
  t.deepEqual(other, one.map((sets) => sets.toReversed()));
});

test('two sets of one name stop the run, for their boxes could not be told apart', async (t) => {
  const error = await t.throwsAsync(querySets(pipeline(source, curatedQueries(['cat']), curatedQueries(['dog'], { name: 'more' }))), { instanceOf: StageError });
  t.regex(error.message, /^more at memory#0 .*two query sets are called `curated`; give one of them another name/);
  t.true(error.cause instanceof UsageError);
});

test('the label space is in the fingerprint by count and hash', (t) => {
  t.is(options(['cat', 'dog']), options(['dog', 'cats', 'Cat']));
  t.not(options(['cat', 'dog']), options(['cat', 'cow']));
  t.like(curatedQueries(['b', 'a']).stage.options, { scoreFactor: 0.3, labelSpace: 'curated', queries: { count: 2 } });
});

test('bad arguments are refused when the stage is made', (t) => {
  const refused = (make: () => unknown, message: string): unknown => t.throws(make, { instanceOf: UsageError, message });
  refused(() => curatedQueries(['cat'], { labelSpace: '' }), 'curatedQueries: `labelSpace` must be a name, got ""');
  refused(() => curatedQueries(['cat'], { scoreFactor: -1 }), 'curatedQueries: `scoreFactor` must be a number from 0 to 1, got -1');
  refused(() => curatedQueries([]), 'curatedQueries: `labels` must hold at least one class name');
  refused(() => curatedQueries([['cat'], ['']]), 'curatedQueries: label 1 must be a class name, got ""');
  refused(() => curatedQueries(undefined as unknown as string[]), 'curatedQueries: label 0 must be a class name, got undefined');
});
