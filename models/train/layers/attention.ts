import { checkInteger } from '../../../engine/check.js';
import { xavierUniform } from '../parameters.js';
import type { Graph, Tensor, Tensor3D, Tensor4D } from '../tf.js';
import { dense } from './dense.js';

export interface AttentionOptions {
  readonly name: string;
  readonly width: number;
  readonly heads: number;
}

/** Multi-head dot product attention; parameters as Flax's `MultiHeadDotProductAttention`: query, key and value `[width, heads, width / heads]`. */
export function attention({ name, width, heads }: AttentionOptions) {
  checkInteger(name, 'heads', heads, 1);
  const size = width / heads;
  checkInteger(name, 'width / heads', size, 1);
  const init = xavierUniform(width, width);
  const [query, key, value] = ['query', 'key', 'value'].map((part) => dense({ name: `${name}/${part}`, from: width, to: width, init, shape: [width, heads, size], biasShape: [heads, size] })) as [Dense, Dense, Dense];
  const out = dense({ name: `${name}/out`, from: width, to: width, init, shape: [heads, size, width] });
  return {
    parameters: [query, key, value, out].flatMap(({ parameters }) => parameters),
    /**
     * @param asking `[batch, n, width]`, who looks
     * @param seen `[batch, m, width]`, what is looked at
     * @param bias added to the logits, `[batch, 1, n, m]`: a large negative number where one must not look
     */
    apply(graph: Graph, asking: Tensor3D, seen: Tensor3D, bias?: Tensor4D): Tensor3D {
      const { tf } = graph;
      const split = (x: Tensor): Tensor => tf.transpose(tf.reshape(x, [x.shape[0] as number, x.shape[1] as number, heads, size]), [0, 2, 1, 3]);
      const q = split(tf.mul(query.apply(graph, asking), 1 / Math.sqrt(size)));
      const scores = tf.matMul(q, split(key.apply(graph, seen)), false, true);
      const shares = tf.softmax(bias === undefined ? scores : tf.add(scores, bias));
      const mixed = tf.transpose(tf.matMul(shares, split(value.apply(graph, seen))), [0, 2, 1, 3]);
      return out.apply(graph, tf.reshape(mixed, asking.shape)) as Tensor3D;
    },
  };
}

type Dense = ReturnType<typeof dense>;
