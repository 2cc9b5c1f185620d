import type { Tensor, Tf } from '../tf.js';

const FACTOR = Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

/**
 * Gaussian error linear unit in its tanh form, `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`, as Flax's `gelu`. With its own gradient: it keeps `x` alone.
 */
export function gelu(tf: Tf, x: Tensor): Tensor {
  const tanhOf = (value: Tensor): Tensor => tf.tanh(tf.mul(FACTOR, tf.mul(value, tf.add(1, tf.mul(CUBE, tf.square(value))))));
  const op = tf.customGrad((value, save) => {
    const input = value as Tensor;
    (save as (tensors: Tensor[]) => void)([input]);
    return {
      value: tf.mul(tf.mul(0.5, input), tf.add(1, tanhOf(input))),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const v = saved[0] as Tensor;
        const t = tanhOf(v);
        const inner = tf.mul(FACTOR, tf.add(1, tf.mul(3 * CUBE, tf.square(v))));
        const slope = tf.add(tf.mul(0.5, tf.add(1, t)), tf.mul(tf.mul(tf.mul(0.5, v), tf.sub(1, tf.square(t))), inner));
        return tf.mul(dy, slope);
      },
    };
  });
  return op(x);
}
