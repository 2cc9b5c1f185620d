import type { Tensor3D, Tensor4D, Tf } from '../tf.js';

/**
 * Pictures cut into patches: `[batch, height, width, 3]` to `[batch, n, patch x patch x 3]`, row by row from the top left.
 * @throws RangeError when the patches do not cover the pictures exactly
 */
export function patchesOf(tf: Tf, pictures: Tensor4D, patchSize: number): Tensor3D {
  const [batch, height, width] = pictures.shape;
  const [rows, columns] = [height / patchSize, width / patchSize];
  if (!Number.isInteger(rows) || !Number.isInteger(columns)) throw new RangeError(`pictures of ${width} x ${height} pixels cannot be cut into patches of ${patchSize}`);
  return tf.tidy(() => tf.reshape(tf.transpose(tf.reshape(pictures, [batch, rows, patchSize, columns, patchSize * 3]), [0, 1, 3, 2, 4]), [batch, rows * columns, patchSize * patchSize * 3]));
}
