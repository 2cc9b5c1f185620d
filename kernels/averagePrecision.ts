import { orderByScore } from './orderByScore.js';

/**
 * Average precision: the area under the precision-recall curve, with precision made monotone (all points, not COCO's 101).
 *
 * `scores[i]` and `hits[i]` are the detections of all pictures, of one class or of several pooled in one list; `truths` is how many true
 * boxes there were. With hits from `matchBoxes(..., 0.5)` this is AP50 as the tiny teacher's EVAL.md reports it.
 *
 * @returns 0 to 1; `undefined` where there is no true box, since recall has no meaning then (leave such a class out of a mean)
 */
export function averagePrecision(scores: ArrayLike<number>, hits: ArrayLike<number>, truths: number): number | undefined {
  if (scores.length !== hits.length) throw new RangeError(`averagePrecision: ${scores.length} scores but ${hits.length} hits`);
  if (truths === 0) return undefined;
  const order = orderByScore(scores);
  const precision = new Float64Array(order.length);
  let found = 0;
  order.forEach((i, rank) => {
    found += hits[i]!;
    precision[rank] = found / (rank + 1);
  });
  let best = 0;
  let sum = 0;
  for (let rank = order.length - 1; rank >= 0; rank -= 1) {
    best = Math.max(best, precision[rank]!);
    sum += best * hits[order[rank]!]!;
  }
  return sum / truths;
}
