import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Stage } from '../../engine/stage.js';
import { curatedLabelSpace } from '../../kernels/labels/curatedLabelSpace.js';
import { describeList } from './describeList.js';
import { addQuerySet, checkQuerySet, type MayHaveQuerySets, type QuerySet, type WithQuerySets } from './querySet.js';

export interface CuratedQueriesOptions {
  /** Scores of these queries are multiplied by it, 0 to 1. @default 0.3 (the paper, where they stand beside N-grams); alone, 1 is right */
  readonly scoreFactor?: number;
  /** @default 'curated' */
  readonly labelSpace?: string;
  /** The stage's name, where it stands more than once in a pipeline. @default 'curatedQueries' */
  readonly name?: string;
}

/**
 * Look for the same class names in every picture (OWL-ST, arXiv 2306.09683, appendix A.1): adds a query set to `querySets`.
 *
 * `labels` is one list of names or several. They become one label space by the paper's rule: lower-case, union, names that are another name
 * plus `s` or `es` dropped, sorted (see `curatedLabelSpace`).
 *
 * ```ts
 * pipeline(source, ngramQueries(), curatedQueries([lvisNames, objects365Names], { scoreFactor: 0.3 }));
 * ```
 *
 * @throws UsageError when there is no name or an option is out of range; while running, when another set has the same `labelSpace`
 */
export function curatedQueries<S extends MayHaveQuerySets>(
  labels: readonly string[] | readonly (readonly string[])[],
  { scoreFactor = 0.3, labelSpace = 'curated', name = 'curatedQueries' }: CuratedQueriesOptions = {},
): Stage<S, WithQuerySets<S>> {
  checkQuerySet(name, labelSpace, scoreFactor);
  const names: readonly unknown[] = Array.isArray(labels) ? (labels as readonly unknown[]).flat() : [labels];
  for (const [place, label] of names.entries()) {
    if (typeof label !== 'string' || label === '') throw new UsageError(`${name}: label ${place} must be a class name, got ${JSON.stringify(label)}`);
  }
  if (names.length === 0) throw new UsageError(`${name}: \`labels\` must hold at least one class name`);
  const queries = curatedLabelSpace([names as readonly string[]]);
  // One object for all samples: thousands of names are held once.
  const querySet: QuerySet = { labelSpace, queries, scoreFactor };
  return mapSample(name, (sample: S) => addQuerySet(sample, querySet), { queries: describeList(queries), scoreFactor, labelSpace });
}
