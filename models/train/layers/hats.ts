import type { Tensor1D, Tensor2D, Tf } from '../tf.js';

/**
 * How much each row of a table counts at a place between its rows: `[n]` places to `[n, size]` weights. At a whole number that row alone (a one-hot row), between
 * two of them each by its nearness; outside the table the weights are 0. A table is read by a product with them, because the wasm backend has no gradient of a
 * gather.
 */
export function hats(tf: Tf, places: Tensor1D, size: number): Tensor2D {
  return tf.tidy(() => {
    const distance = tf.abs(tf.sub(tf.reshape(places, [-1, 1]), tf.reshape(tf.range(0, size, 1, 'float32'), [1, size])));
    return tf.relu(tf.sub(1, distance)) as Tensor2D;
  });
}
