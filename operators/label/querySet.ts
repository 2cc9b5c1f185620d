import { checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import type { Sample, With } from '../../engine/sample.js';

/** Texts to look for in one picture. A teacher's scores for them are multiplied by `scoreFactor` (arXiv 2306.09683, A.3). */
export interface QuerySet {
  /** Where the queries come from: `ngrams`, `curated` or a name of your own; each box is marked with it. */
  readonly labelSpace: string;
  readonly queries: readonly string[];
  /** From 0 to 1. */
  readonly scoreFactor: number;
}

/** A sample that may have query sets already. */
export type MayHaveQuerySets = Sample & { readonly querySets?: readonly QuerySet[] };

/** What `ngramQueries` and `curatedQueries` add to, or begin. */
export interface QuerySets {
  readonly querySets: readonly QuerySet[];
}

/** `S` with query sets. */
export type WithQuerySets<S extends Sample> = With<S, QuerySets> & Sample;

/** The sample's query sets and one more. @throws UsageError when two have one name: their boxes could not be told apart */
export function addQuerySet(sample: MayHaveQuerySets, added: QuerySet): QuerySets {
  const before = sample.querySets ?? [];
  if (before.some(({ labelSpace }) => labelSpace === added.labelSpace)) {
    throw new UsageError(`two query sets are called \`${added.labelSpace}\`; give one of them another name: { labelSpace: '...' }`);
  }
  return { querySets: [...before, added] };
}

/** @throws UsageError */
export function checkQuerySet(stage: string, labelSpace: string, scoreFactor: number): void {
  if (typeof labelSpace !== 'string' || labelSpace === '') throw new UsageError(`${stage}: \`labelSpace\` must be a name, got ${JSON.stringify(labelSpace)}`);
  checkNumber(stage, 'scoreFactor', scoreFactor, 0, 1);
}
