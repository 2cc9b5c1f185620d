import type { Scalar, Tensor, Tensor1D, Tensor3D, Tf } from '../tf.js';

export interface DetectionLossInput {
  /** `[batch, tokens, queries]`, without the padding query. */
  readonly logits: Tensor3D;
  /** `[batch, tokens, 4]` centre and size, relative. */
  readonly boxes: Tensor3D;
  /** `[batch, tokens, queries]`: 1 where the token's matched box answers the query. */
  readonly labels: Tensor3D;
  /** `[batch, tokens, 4]`: the matched box of each token, or anything. */
  readonly targets: Tensor3D;
  /** `[batch, tokens]`: 1 for a token that is matched. */
  readonly matched: Tensor;
  /** `[batch, 1, queries]`: 1 for a query that is there. */
  readonly queries: Tensor3D;
  /** `[batch]`: 0 for padding. */
  readonly weights: Tensor1D;
}

export interface DetectionWeights {
  readonly label: number;
  readonly l1: number;
  readonly giou: number;
}

/**
 * OWL-ViT's loss after the matching: focal loss over tokens and queries, L1 and 1 - GIoU over matched boxes, each divided by the picture's number of positive labels, at
 * least 1; the mean over pictures (specs/detection.md 3; OWL-ViT, arXiv 2205.06230; weights 1, 1, 1 and focal alpha 0.3, gamma 2 of its configs).
 */
export function detectionLoss(tf: Tf, { logits, boxes, labels, targets, matched, queries, weights }: DetectionLossInput, { label, l1, giou }: DetectionWeights = { label: 1, l1: 1, giou: 1 }): Scalar {
  const count = tf.maximum(1, tf.sum(labels, [1, 2]));
  const classes = tf.sum(tf.mul(focal(tf, logits, labels), queries), [1, 2]);
  const apart = tf.sum(tf.mul(tf.sum(tf.abs(tf.sub(boxes, targets)), 2), matched), 1);
  const overlap = tf.sum(tf.mul(tf.sub(1, generalisedIou(tf, boxes, targets)), matched), 1);
  const losses = tf.div(tf.add(tf.mul(classes, label), tf.add(tf.mul(apart, l1), tf.mul(overlap, giou))), count);
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.maximum(1, tf.sum(weights))) as Scalar;
}

/** Sigmoid focal loss of each logit, alpha 0.3 and gamma 2 (arXiv 1708.02002); see `kernels/focalLoss`. */
export function focal(tf: Tf, logits: Tensor, labels: Tensor): Tensor {
  // towards = x for a positive, -x for a negative; miss = sigmoid(-towards); -log sigmoid(towards) = softplus(-towards).
  const away = tf.mul(tf.sub(1, tf.mul(2, labels)), logits);
  const alpha = tf.add(0.7, tf.mul(labels, -0.4));
  return tf.mul(alpha, tf.mul(tf.square(tf.sigmoid(away)), tf.softplus(away)));
}

/** `[..., 4]` boxes of centre and size to `[...]`: see `kernels/giou`. */
export function generalisedIou(tf: Tf, boxes: Tensor, others: Tensor): Tensor {
  const parts = (of: Tensor): readonly Tensor[] => {
    const [x, y, width, height] = tf.split(of, 4, -1) as [Tensor, Tensor, Tensor, Tensor];
    const [halfWidth, halfHeight] = [tf.mul(width, 0.5), tf.mul(height, 0.5)];
    return [tf.sub(x, halfWidth), tf.sub(y, halfHeight), tf.add(x, halfWidth), tf.add(y, halfHeight)];
  };
  const [ax0, ay0, ax1, ay1] = parts(boxes) as [Tensor, Tensor, Tensor, Tensor];
  const [bx0, by0, bx1, by1] = parts(others) as [Tensor, Tensor, Tensor, Tensor];
  const area = (x0: Tensor, y0: Tensor, x1: Tensor, y1: Tensor): Tensor => tf.mul(tf.relu(tf.sub(x1, x0)), tf.relu(tf.sub(y1, y0)));
  const shared = area(tf.maximum(ax0, bx0), tf.maximum(ay0, by0), tf.minimum(ax1, bx1), tf.minimum(ay1, by1));
  const union = tf.sub(tf.add(area(ax0, ay0, ax1, ay1), area(bx0, by0, bx1, by1)), shared);
  const around = area(tf.minimum(ax0, bx0), tf.minimum(ay0, by0), tf.maximum(ax1, bx1), tf.maximum(ay1, by1));
  const least = 1e-8;
  const iou = tf.div(shared, tf.maximum(union, least));
  return tf.squeeze(tf.sub(iou, tf.div(tf.sub(around, union), tf.maximum(around, least))), [-1]);
}
