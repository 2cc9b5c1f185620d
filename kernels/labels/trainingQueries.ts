export interface TrainingQueriesOptions {
  /** Queries in all, the padding query at the front included. */
  readonly maxQueries: number;
  /** Negatives become queries too, behind the positives. @default true */
  readonly includeNegatives?: boolean;
}

/** What a picture is asked, and which box answers what. */
export interface TrainingQueries {
  /** `maxQueries` texts: the padding query `''` first, then each distinct label in the order seen; `''` at the end where there are fewer. */
  readonly queries: readonly string[];
  /** For each box the places of its labels in `queries`, from 1; without those that were cut. */
  readonly boxQueries: readonly (readonly number[])[];
}

/**
 * The queries of one picture in training (scenic's `AddQuerySet`, specs/detection.md 3): its boxes' labels, then its negatives, each once, cut at
 * `maxQueries`.
 */
export function trainingQueries(boxLabels: readonly (readonly string[])[], negatives: readonly string[], { maxQueries, includeNegatives = true }: TrainingQueriesOptions): TrainingQueries {
  const places = new Map<string, number>([['', 0]]);
  for (const label of [...boxLabels.flat(), ...(includeNegatives ? negatives : [])]) if (!places.has(label)) places.set(label, places.size);
  const queries = [...places.keys()].slice(0, maxQueries);
  while (queries.length < maxQueries) queries.push('');
  return {
    queries,
    boxQueries: boxLabels.map((labels) => [...new Set(labels.filter((label) => label !== '').map((label) => places.get(label) as number))].filter((place) => place < maxQueries)),
  };
}
