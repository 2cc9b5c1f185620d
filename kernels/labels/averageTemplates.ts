/**
 * Logits averaged over prompt templates, before any sigmoid (scenic's OWL-ViT evaluator). It equals scoring with the mean of the templates'
 * normalised text embeddings, not normalised again.
 *
 * @param logits [boxes, templates * queries], row by row; column `template * queries + query`
 * @returns [boxes, queries], row by row
 *
 * Throws a RangeError when a size does not fit.
 */
export function averageTemplates(logits: ArrayLike<number>, boxes: number, templates: number, queries: number): Float64Array {
  if (!(Number.isSafeInteger(templates) && templates >= 1)) {
    throw new RangeError(`averageTemplates: \`templates\` must be an integer from 1 up, got ${templates}`);
  }
  if (logits.length !== boxes * templates * queries) {
    const needed = boxes * templates * queries;
    throw new RangeError(`averageTemplates: ${boxes} boxes x ${templates} templates x ${queries} queries need ${needed} logits, got ${logits.length}`);
  }
  const means = new Float64Array(boxes * queries);
  for (let box = 0; box < boxes; box++) {
    for (let query = 0; query < queries; query++) {
      let sum = 0;
      for (let template = 0; template < templates; template++) sum += logits[(box * templates + template) * queries + query]!;
      means[box * queries + query] = sum / templates;
    }
  }
  return means;
}
