export interface FocalLossOptions {
  /** Weight of positives, and 1 less it of negatives. @default 0.3 (OWL-ViT's configs) */
  readonly alpha?: number;
  /** How much less an easy answer weighs. @default 2 (OWL-ViT's configs) */
  readonly gamma?: number;
}

/**
 * Sigmoid focal loss of one logit (arXiv 1708.02002) for the target 0 or 1. OWL-ViT sums it over queries and predictions, without the padding query, and
 * divides by the picture's number of positive labels, at least 1 (specs/detection.md 3).
 */
export function focalLoss(logit: number, target: number, { alpha = 0.3, gamma = 2 }: FocalLossOptions = {}): number {
  const towards = target === 1 ? logit : -logit;
  const miss = 1 / (1 + Math.exp(towards));
  // -log sigmoid(x), without overflow at either end.
  const entropy = Math.max(-towards, 0) + Math.log1p(Math.exp(-Math.abs(towards)));
  return (target === 1 ? alpha : 1 - alpha) * miss ** gamma * entropy;
}
