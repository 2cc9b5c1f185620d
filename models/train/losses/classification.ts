import type { Scalar, Tensor1D, Tensor2D, Tf } from '../tf.js';

export interface ClassificationInput {
  /** `[n, classes]` */
  readonly logits: Tensor2D;
  /** `[n, classes]`: shares of classes, one-hot or mixed. */
  readonly labels: Tensor2D;
  /** `[n]`: 0 for padding. */
  readonly weights: Tensor1D;
}

/** Softmax cross-entropy, the mean over examples (big_vision's `softmax_xent`). */
export function softmaxLoss(tf: Tf, { logits, labels, weights }: ClassificationInput): Scalar {
  return weightedMean(tf, tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), 1)) as Tensor1D, weights);
}

/** One yes-or-no question a class, summed over classes, the mean over examples (big_vision's `sigmoid_xent`; the papers' loss for several labels). */
export function sigmoidLoss(tf: Tf, { logits, labels, weights }: ClassificationInput): Scalar {
  // -y log s(x) - (1 - y) log s(-x) = softplus(x) - x y. TensorFlow.js 4.22's logSigmoid has a wrong gradient.
  return weightedMean(tf, tf.sum(tf.sub(tf.softplus(logits), tf.mul(logits, labels)), 1) as Tensor1D, weights);
}

function weightedMean(tf: Tf, losses: Tensor1D, weights: Tensor1D): Scalar {
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.maximum(1, tf.sum(weights))) as Scalar;
}
