/** The one label that each box keeps: the query that scored highest. */
export interface BestQueries {
  /** Per box the index of its best query; the first one of equals. */
  readonly indices: Int32Array;
  /** Per box sigmoid of its best logit, in double precision. */
  readonly scores: Float64Array;
}

/**
 * The best query of every box (OWL-ST section 3: a predicted box keeps its single highest-scoring query; no NMS).
 *
 * @param logits [count, queries], row by row
 *
 * Throws a RangeError when a size does not fit or there is no query, and an Error naming box and query when a logit is not a number.
 */
export function bestQueryPerBox(logits: ArrayLike<number>, count: number, queries: number): BestQueries {
  if (!(Number.isSafeInteger(queries) && queries >= 1)) throw new RangeError(`bestQueryPerBox: \`queries\` must be an integer from 1 up, got ${queries}`);
  if (logits.length !== count * queries) {
    throw new RangeError(`bestQueryPerBox: ${count} boxes x ${queries} queries need ${count * queries} logits, got ${logits.length}`);
  }
  const indices = new Int32Array(count);
  const scores = new Float64Array(count);
  for (let box = 0; box < count; box++) {
    const row = box * queries;
    let best = 0;
    for (let query = 0; query < queries; query++) {
      const logit = logits[row + query]!;
      if (Number.isNaN(logit)) throw new Error(`the teacher's logit of box ${box} and query ${query} is not a number: look at the model and its input`);
      if (logit > logits[row + best]!) best = query;
    }
    indices[box] = best;
    scores[box] = 1 / (1 + Math.exp(-logits[row + best]!));
  }
  return { indices, scores };
}
