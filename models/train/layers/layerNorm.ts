import { ones, zeros, type ParameterSpec } from '../parameters.js';
import type { Graph, Tensor, Tf } from '../tf.js';

/** Flax's default, which the papers' models use. */
const EPSILON = 1e-6;

/** Layer normalisation over the last axis, with scale and bias. */
export function layerNorm({ name, width }: { readonly name: string; readonly width: number }) {
  return {
    parameters: [
      { name: `${name}/scale`, shape: [width], init: ones, decays: false },
      { name: `${name}/bias`, shape: [width], init: zeros, decays: false },
    ] satisfies ParameterSpec[],
    apply({ tf, weight }: Graph, x: Tensor): Tensor {
      return tf.add(tf.mul(normalise(tf, x), weight(`${name}/scale`)), weight(`${name}/bias`));
    },
  };
}

/** To mean 0 and variance 1 over the last axis. With its own gradient: that of the single operations keeps six tensors of the size of `x`, this one. */
function normalise(tf: Tf, x: Tensor): Tensor {
  const op = tf.customGrad((value, save) => {
    const input = value as Tensor;
    const centred = tf.sub(input, tf.mean(input, -1, true));
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), EPSILON));
    const out = tf.mul(centred, scale);
    (save as (tensors: Tensor[]) => void)([out, scale]);
    return {
      value: out,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [y, s] = saved as [Tensor, Tensor];
        const along = tf.mul(y, tf.mean(tf.mul(dy, y), -1, true));
        return tf.mul(s, tf.sub(tf.sub(dy, tf.mean(dy, -1, true)), along));
      },
    };
  });
  return op(x);
}
