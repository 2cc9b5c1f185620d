import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Stage } from '../../engine/stage.js';
import { captionNgrams, type CaptionNgramsOptions } from '../../kernels/labels/ngrams.js';
import { genericWords as defaultGenericWords, stopWords as defaultStopWords } from '../../kernels/labels/wordLists.js';
import { describeList } from './describeList.js';
import { addQuerySet, checkQuerySet, type MayHaveQuerySets, type WithQuerySets } from './querySet.js';

/** `maxWords` (10), `maxQueries` (300), `order` ('start'), `stopWords` and `genericWords` are those of `captionNgrams`, with its defaults. */
export interface NgramQueriesOptions extends CaptionNgramsOptions {
  /** Scores of these queries are multiplied by it, 0 to 1. @default 1 (the paper) */
  readonly scoreFactor?: number;
  /** @default 'ngrams' */
  readonly labelSpace?: string;
  /** The stage's name, where it stands more than once in a pipeline. @default 'ngramQueries' */
  readonly name?: string;
}

/**
 * Look for every word N-gram of the sample's `text` in its picture (OWL-ST, arXiv 2306.09683, appendix A.2): adds a query set to `querySets`.
 *
 * ```ts
 * // text 'Monarch on a Zinnia' adds { labelSpace: 'ngrams', scoreFactor: 1, queries: ['monarch', 'monarch on', ..., 'zinnia'] }
 * pipeline(source, ngramQueries({ maxWords: 10, maxQueries: 300 }));
 * ```
 *
 * A text without words, or of stop words alone, adds a set without queries; the sample stays.
 *
 * @throws UsageError when an option is out of range; while running, when another set has the same `labelSpace`
 */
export function ngramQueries<S extends MayHaveQuerySets & { readonly text: string }>({
  maxWords = 10,
  maxQueries = 300,
  order = 'start',
  stopWords = defaultStopWords,
  genericWords = defaultGenericWords,
  scoreFactor = 1,
  labelSpace = 'ngrams',
  name = 'ngramQueries',
}: NgramQueriesOptions = {}): Stage<S, WithQuerySets<S>> {
  checkInteger(name, 'maxWords', maxWords, 1);
  checkInteger(name, 'maxQueries', maxQueries, 1);
  if (order !== 'start' && order !== 'length') throw new UsageError(`${name}: \`order\` must be start or length, got ${String(order)}`);
  checkQuerySet(name, labelSpace, scoreFactor);
  const rule = { maxWords, maxQueries, order, stopWords, genericWords };
  return mapSample(name, (sample: S) => addQuerySet(sample, { labelSpace, queries: captionNgrams(sample.text, rule), scoreFactor }), {
    ...rule,
    stopWords: describeList([...stopWords].toSorted()),
    genericWords: describeList([...genericWords].toSorted()),
    scoreFactor,
    labelSpace,
    // Words are lower-cased by it.
    unicode: process.versions['unicode'],
  });
}
