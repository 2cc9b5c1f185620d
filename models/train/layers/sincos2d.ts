import type { Tensor1D, Tensor2D, Tf } from '../tf.js';

const TEMPERATURE = 10_000;

/**
 * Fixed position embeddings of rows and columns, `[n, width]`: sines and cosines of the column, then of the row, at width / 4 frequencies from 1 down to
 * 1 / 10 000 (plain ViT, arXiv 2205.01580; MoCo v3's).
 */
export function sincos2d(tf: Tf, rows: Tensor1D, columns: Tensor1D, width: number): Tensor2D {
  if (width % 4 !== 0) throw new RangeError(`sincos2d: the width must be a multiple of 4, got ${width}`);
  const quarter = width / 4;
  const frequencies = Array.from({ length: quarter }, (_, index) => TEMPERATURE ** -(index / Math.max(1, quarter - 1)));
  return tf.tidy(() => {
    const waves = (places: Tensor1D): Tensor2D => tf.mul(tf.reshape(places, [-1, 1]), tf.tensor2d([frequencies])) as Tensor2D;
    const [x, y] = [waves(columns), waves(rows)];
    return tf.concat([tf.sin(x), tf.cos(x), tf.sin(y), tf.cos(y)], 1);
  });
}
