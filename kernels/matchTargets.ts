import { hungarian } from './hungarian.js';
import { matchingCost, type MatchingCostOptions, type Predictions, type Targets } from './matchingCost.js';

/**
 * Which prediction each target is matched with, for a loss: the assignment of least `matchingCost` (OWL-ViT, arXiv 2205.06230; DETR's bipartite matching).
 * A prediction that no target takes is trained as background. -1 for a target that got none, where there are more targets than predictions.
 */
export function matchTargets(predictions: Predictions, targets: Targets, options: MatchingCostOptions = {}): Int32Array {
  const cost = matchingCost(predictions, targets, options);
  const byTarget = new Float64Array(cost.length);
  for (let p = 0; p < predictions.count; p += 1) for (let t = 0; t < targets.count; t += 1) byTarget[t * predictions.count + p] = cost[p * targets.count + t]!;
  return hungarian(byTarget, targets.count, predictions.count);
}
