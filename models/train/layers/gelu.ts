import type { Tensor, Tf } from '../tf.js';

const FACTOR = 2 * Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

/**
 * Gaussian error linear unit in its tanh form, `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`, as Flax's `gelu`. Computed as x times the sigmoid of twice that
 * argument, which is the same and has one operation less; on wasm the sigmoid is vectorised and the tanh is not. With its own gradient, which keeps two tensors.
 */
export function gelu(tf: Tf, x: Tensor): Tensor {
  const op = tf.customGrad((value, save) => {
    const input = value as Tensor;
    const gate = tf.sigmoid(tf.mul(input, tf.add(FACTOR, tf.mul(FACTOR * CUBE, tf.square(input)))));
    (save as (tensors: Tensor[]) => void)([input, gate]);
    return {
      value: tf.mul(input, gate),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [v, g] = saved as [Tensor, Tensor];
        const slope = tf.add(FACTOR, tf.mul(3 * FACTOR * CUBE, tf.square(v)));
        // g + v g (1 - g) slope
        return tf.mul(dy, tf.mul(g, tf.add(1, tf.mul(tf.mul(v, tf.sub(1, g)), slope))));
      },
    };
  });
  return op(x);
}
