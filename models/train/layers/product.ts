import type { Tensor, Tensor1D, Tensor2D, Tf } from '../tf.js';

/**
 * The product of two matrices, with a gradient that suits the backend. On wasm, TensorFlow.js 4.22 multiplies by XNNPACK only what is not to be transposed, and all
 * else in a plain loop, eight to ten times as slow (bench: 1024 x 64 by 64 x 256: 2 ms and 18 ms); its own gradient asks for transposed factors only. So there
 * they are turned first.
 */
export function product(tf: Tf, a: Tensor2D, b: Tensor2D): Tensor2D {
  const turnFirst = tf.getBackend() === 'wasm';
  const op = tf.customGrad((x, y, save) => {
    const [left, right] = [x as Tensor2D, y as Tensor2D];
    (save as unknown as (tensors: Tensor[]) => void)([left, right]);
    return {
      value: tf.matMul(left, right) as Tensor2D,
      gradFunc: (dy: Tensor2D, saved: Tensor[]) => {
        const [l, r] = saved as [Tensor2D, Tensor2D];
        return turnFirst ? [tf.matMul(dy, tf.transpose(r)), tf.matMul(tf.transpose(l), dy)] : [tf.matMul(dy, r, false, true), tf.matMul(l, dy, true, false)];
      },
    };
  });
  return op(a, b) as Tensor2D;
}

/** A product plus a row. The row's gradient is a sum over all rows, on wasm a product with ones: its sums are slow too. */
export function affine(tf: Tf, a: Tensor2D, b: Tensor2D, row: Tensor1D): Tensor2D {
  const byProduct = tf.getBackend() === 'wasm';
  const op = tf.customGrad((x, y) => {
    const [sum, bias] = [x as Tensor2D, y as Tensor1D];
    return {
      value: tf.add(sum, bias) as Tensor2D,
      gradFunc: (dy: Tensor2D) => [tf.clone(dy), byProduct ? tf.reshape(tf.matMul(tf.ones([1, dy.shape[0]]), dy), [-1]) : tf.sum(dy, 0)],
    };
  });
  return op(product(tf, a, b), row) as Tensor2D;
}
