import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf } from '../tf.js';

export interface PairsInput {
  /** `[n, d]`, each of length 1. */
  readonly pictures: Tensor2D;
  /** `[n, d]`, each of length 1; text i belongs to picture i. */
  readonly texts: Tensor2D;
  /** Logit = temperature x product + bias. */
  readonly temperature: Scalar;
  readonly bias: Scalar;
  /** `[n]`: 0 for padding, which makes no pair. */
  readonly weights: Tensor1D;
}

/**
 * SigLIP's loss: `-1/n sum over i, j of log sigmoid(z (t x_i y_j + b))`, z = 1 for the pairs and -1 for all others (arXiv 2303.15343, algorithm 1).
 *
 * The texts are worked off `chunk` at a time, gradient and all, so that memory grows with n x chunk and not with n x n: the paper's chunks of a
 * device, on one device. The sum is the same for every size of chunk, but for rounding.
 */
export function sigmoidPairs(tf: Tf, { pictures, texts, temperature, bias, weights }: PairsInput, chunk = 4096): Scalar {
  const op = tf.customGrad((x, y, t, b, save) => {
    const [all, [loss, dx, dy, dt, db]] = [[x, y, t, b] as Tensor[], chunked(tf, { pictures: x as Tensor2D, texts: y as Tensor2D, temperature: t as Scalar, bias: b as Scalar, weights }, chunk)];
    (save as unknown as (tensors: Tensor[]) => void)([dx, dy, dt, db]);
    return { value: loss, gradFunc: (up: Tensor, saved: Tensor[]) => saved.map((gradient, place) => tf.reshape(tf.mul(gradient, up), (all[place] as Tensor).shape)) };
  });
  return op(pictures, texts, temperature, bias) as Scalar;
}

/** The loss and its gradients by pictures, texts, temperature and bias. */
function chunked(tf: Tf, { pictures, texts, temperature, bias, weights }: PairsInput, chunk: number): [Scalar, Tensor2D, Tensor2D, Scalar, Scalar] {
  const [count, width] = pictures.shape;
  return tf.tidy(() => {
    const total = tf.maximum(1, tf.sum(weights));
    const own = tf.reshape(weights, [count, 1]);
    let sums: [Tensor, Tensor, Tensor, Tensor] | undefined;
    const rows: Tensor2D[] = [];
    for (let at = 0; at < count; at += chunk) {
      const size = Math.min(chunk, count - at);
      const [part, dTexts, dPictures, dTemperature, dBias] = tf.tidy(() => {
        const y = tf.slice(texts, [at, 0], [size, width]);
        const products = tf.matMul(pictures, tf.transpose(y));
        const match = tf.cast(tf.equal(tf.reshape(tf.range(0, count, 1, 'int32'), [count, 1]), tf.reshape(tf.range(at, at + size, 1, 'int32'), [1, size])), 'float32');
        const sign = tf.sub(tf.mul(2, match), 1);
        const signed = tf.mul(sign, tf.add(tf.mul(products, temperature), bias));
        const counts = tf.div(tf.mul(own, tf.reshape(tf.slice(weights, [at], [size]), [1, size])), total);
        // -log sigmoid(x) = softplus(-x), whose slope is -sigmoid(-x).
        const loss = tf.sum(tf.mul(counts, tf.softplus(tf.neg(signed))));
        const slopes = tf.neg(tf.mul(tf.mul(counts, sign), tf.sigmoid(tf.neg(signed)))) as Tensor2D;
        return [
          loss, tf.mul(temperature, tf.matMul(tf.transpose(slopes), pictures)), tf.mul(temperature, tf.matMul(slopes, y)), tf.sum(tf.mul(slopes, products)), tf.sum(slopes),
        ] as [Tensor, Tensor2D, Tensor, Tensor, Tensor];
      });
      rows.push(dTexts);
      const parts: [Tensor, Tensor, Tensor, Tensor] = [part, dPictures, dTemperature, dBias];
      sums = sums === undefined ? parts : (sums.map((sum, place) => tf.add(sum, parts[place] as Tensor)) as typeof parts);
    }
    const [loss, dPictures, dTemperature, dBias] = sums as [Scalar, Tensor2D, Scalar, Scalar];
    return [loss, dPictures, tf.concat(rows, 0) as Tensor2D, dTemperature, dBias] as [Scalar, Tensor2D, Tensor2D, Scalar, Scalar];
  });
}
