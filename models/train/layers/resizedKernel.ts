import { piMatrix } from '../../../kernels/piResize.js';
import type { Tensor2D, Tensor4D, Tf } from '../tf.js';
import { product } from './product.js';

/**
 * A patch embedding's weights for patches of another size, `[side, side, 3, width]` to `[to, to, 3, width]`: FlexiViT's PI-resize (arXiv 2212.08013, section 3.4;
 * `kernels/piResize`), on the device and with a gradient, so that the weights of one size learn from all sizes.
 */
export function resizedKernel(tf: Tf, kernel: Tensor4D, to: number): Tensor4D {
  const [side, , channels, width] = kernel.shape;
  const rest = channels * width;
  const matrix = tf.tensor2d(Float32Array.from(piMatrix(side, to)), [to, side]);
  const down = tf.reshape(product(tf, matrix, tf.reshape(kernel, [side, side * rest]) as Tensor2D), [to, side, rest]);
  const along = product(tf, matrix, tf.reshape(tf.transpose(down, [1, 0, 2]), [side, to * rest]));
  return tf.reshape(tf.transpose(tf.reshape(along, [to, to, rest]), [1, 0, 2]), [to, to, channels, width]);
}
