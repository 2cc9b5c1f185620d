import type { Scalar, Tensor2D, Tf } from '../tf.js';
import type { PairsInput } from './sigmoidPairs.js';

/** Takes a padded place out of a softmax. */
const ABSENT = -1e9;

/**
 * The softmax contrastive loss of CLIP and ALIGN: the mean of the cross-entropies of each picture over all texts and of each text over all pictures
 * (arXiv 2303.15343, equation 1; NaViT trains with it). `bias` has no influence and no gradient.
 */
export function softmaxPairs(tf: Tf, { pictures, texts, temperature, weights }: Omit<PairsInput, 'bias'>): Scalar {
  const count = pictures.shape[0];
  const logits = tf.mul(tf.matMul(pictures, texts, false, true), temperature) as Tensor2D;
  const absent = tf.reshape(tf.mul(tf.sub(1, weights), ABSENT), [1, count]);
  const matches = tf.mul(tf.eye(count), tf.reshape(tf.div(weights, tf.maximum(1, tf.sum(weights))), [count, 1]));
  const entropy = (x: Tensor2D): Scalar => tf.neg(tf.sum(tf.mul(matches, tf.logSoftmax(tf.add(x, absent) as Tensor2D))));
  return tf.mul(0.5, tf.add(entropy(logits), entropy(tf.transpose(logits)))) as Scalar;
}
