import { toXyxy } from './boxFormats.js';
import { focalLoss, type FocalLossOptions } from './focalLoss.js';
import { giou } from './giou.js';

/** A detector's answer to one picture. */
export interface Predictions {
  readonly count: number;
  /** `[count, queries]`, without the padding query. */
  readonly logits: ArrayLike<number>;
  /** `[count, 4]` centre and size, relative. */
  readonly boxesCxcywh: ArrayLike<number>;
}

/** The boxes that are there, without padding. */
export interface Targets {
  readonly count: number;
  /** `[count, queries]` 0 or 1, without the padding query. */
  readonly boxQueries: ArrayLike<number>;
  /** `[count, 4]` centre and size, relative. */
  readonly boxesCxcywh: ArrayLike<number>;
}

export interface MatchingCostOptions extends FocalLossOptions {
  /** Weights of the class cost, of L1 over the four numbers of a box, and of GIoU. @default 1, 1, 1 (OWL-ViT's configs) */
  readonly weights?: { readonly label: number; readonly l1: number; readonly giou: number };
}

/**
 * What it costs to match each prediction with each target, `[predictions, targets]` (scenic owl_vit's `compute_cost`, specs/detection.md 3): the focal loss
 * of the target's labels as positives less that as negatives, summed over its labels, plus the L1 distance, minus the GIoU. @see hungarian
 */
export function matchingCost(predictions: Predictions, targets: Targets, { weights = { label: 1, l1: 1, giou: 1 }, ...focal }: MatchingCostOptions = {}): Float64Array {
  const queries = predictions.count === 0 ? 0 : predictions.logits.length / predictions.count;
  const [predicted, wanted] = [toXyxy(predictions.boxesCxcywh, 'cxcywh'), toXyxy(targets.boxesCxcywh, 'cxcywh')];
  const cost = new Float64Array(predictions.count * targets.count);
  for (let p = 0; p < predictions.count; p += 1) {
    for (let t = 0; t < targets.count; t += 1) {
      let label = 0;
      for (let q = 0; q < queries; q += 1) {
        if (targets.boxQueries[t * queries + q] !== 1) continue;
        const logit = predictions.logits[p * queries + q]!;
        label += focalLoss(logit, 1, focal) - focalLoss(logit, 0, focal);
      }
      let l1 = 0;
      for (let i = 0; i < 4; i += 1) l1 += Math.abs(predictions.boxesCxcywh[4 * p + i]! - targets.boxesCxcywh[4 * t + i]!);
      cost[p * targets.count + t] = weights.label * label + weights.l1 * l1 - weights.giou * giou(predicted, p, wanted, t);
    }
  }
  return cost;
}
