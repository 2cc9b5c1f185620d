import test from 'ava';
import golden from '../../golden/owl/ngrams.json' with { type: 'json' };
import { UsageError } from '../../../engine/errors.js';
import { canonicalJson } from '../../../engine/json.js';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { ngramQueries, type NgramQueriesOptions } from '../../../operators/label/ngramQueries.js';
import type { QuerySet } from '../../../operators/label/querySet.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

async function querySets<F extends { readonly text: string }>(fields: readonly F[], options: NgramQueriesOptions = {}): Promise<(readonly QuerySet[])[]> {
  const elements = await laneElements(pipeline(memorySource(fields), ngramQueries(options)), { itinerary: wholeMemory(fields.length) });
  return samplesOf<Sample & { readonly querySets: readonly QuerySet[] }>(elements).map((sample) => sample.querySets);
}

const optionsWith = (stopWords: readonly string[]): string => canonicalJson(ngramQueries({ stopWords: new Set(stopWords) }).stage.options);

test('golden: the N-grams of captions; those without any keep their sample', async (t) => {
  const { captions } = golden.cases;
  const sets = await querySets(captions.map(({ caption }) => ({ text: caption })));
  t.is(sets.length, captions.length);
  captions.forEach(({ queries, n_queries }, place) => {
    const [{ labelSpace, scoreFactor, queries: found }] = sets[place] as [QuerySet];
    t.deepEqual([labelSpace, scoreFactor, found.length], ['ngrams', 1, n_queries]);
    // The longest list is shortened in the golden file.
    if (queries.length === n_queries) t.deepEqual(found, queries);
  });
});

test('options reach the rule', async (t) => {
  const options = { maxWords: 2, maxQueries: 3, order: 'length', stopWords: new Set(['on']), genericWords: new Set(['a']), scoreFactor: 0.5, labelSpace: 'alt-text' } as const;
  t.deepEqual(await querySets([{ text: 'Monarch on a Zinnia' }], options), [[{ labelSpace: 'alt-text', queries: ['monarch', 'zinnia', 'monarch on'], scoreFactor: 0.5 }]]);
});

test('sets that are there already stay, first', async (t) => {
  const own: QuerySet = { labelSpace: 'own', queries: ['x'], scoreFactor: 1 };
  const [sets] = await querySets([{ text: 'cat', querySets: [own] }]);
  t.deepEqual(sets, [own, { labelSpace: 'ngrams', queries: ['cat'], scoreFactor: 1 }]);
});

test('word lists are in the fingerprint by count and hash, in no order of theirs', (t) => {
  t.is(optionsWith(['a', 'b']), optionsWith(['b', 'a']));
  t.not(optionsWith(['a', 'b']), optionsWith(['a', 'c']));
  const defaults = ngramQueries().stage.options as Readonly<Record<string, unknown>>;
  t.like(defaults, { maxWords: 10, maxQueries: 300, order: 'start', scoreFactor: 1, labelSpace: 'ngrams', unicode: process.versions['unicode'] });
  t.like(defaults['stopWords'], { count: 127 });
  t.like(defaults['genericWords'], { count: 61 });
});

test('bad options are refused when the stage is made', (t) => {
  const refused = (options: NgramQueriesOptions, message: string): unknown => t.throws(() => ngramQueries(options), { instanceOf: UsageError, message });
  refused({ maxWords: 0 }, 'ngramQueries: `maxWords` must be an integer from 1 up, got 0');
  refused({ maxQueries: 1.5 }, 'ngramQueries: `maxQueries` must be an integer from 1 up, got 1.5');
  refused({ order: 'end' as 'start' }, 'ngramQueries: `order` must be start or length, got end');
  refused({ scoreFactor: 2 }, 'ngramQueries: `scoreFactor` must be a number from 0 to 1, got 2');
});
