import { lecunNormal, zeros, type ParameterSpec } from '../parameters.js';
import type { Graph, Tensor } from '../tf.js';
import { affine } from './product.js';

export interface DenseOptions {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly init?: ParameterSpec['init'];
  readonly biasInit?: ParameterSpec['init'];
  /** Shape of the kernel and of the bias where they are more than two- and one-dimensional in the papers' code. */
  readonly shape?: readonly number[];
  readonly biasShape?: readonly number[];
}

/** A row times a matrix, plus a bias. */
export function dense({ name, from, to, init = lecunNormal(from), biasInit = zeros, shape = [from, to], biasShape = [to] }: DenseOptions) {
  return {
    parameters: [
      { name: `${name}/kernel`, shape, init, decays: true },
      { name: `${name}/bias`, shape: biasShape, init: biasInit, decays: false },
    ] satisfies ParameterSpec[],
    /** `[..., from]` to `[..., to]`. Rows are multiplied as one matrix: the gradient of a product that broadcasts is broken in TensorFlow.js 4.22. */
    apply({ tf, weight }: Graph, x: Tensor): Tensor {
      const rows = affine(tf, tf.reshape(x, [-1, from]), tf.reshape(weight(`${name}/kernel`), [from, to]), tf.reshape(weight(`${name}/bias`), [to]));
      return tf.reshape(rows, [...x.shape.slice(0, -1), to]);
    },
  };
}
