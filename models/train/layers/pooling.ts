import { xavierUniform, type ParameterSpec } from '../parameters.js';
import type { Graph, Tensor, Tensor3D } from '../tf.js';
import { attention } from './attention.js';
import { layerNorm } from './layerNorm.js';
import { mlp } from './mlp.js';
import { memberBias } from './segments.js';

/** The mean of the tokens of each example: `[batch, n, width]` to `[batch, slots, width]`; one slot without `members`. 0 for a slot without tokens. */
export function meanPooling(graph: Graph, x: Tensor3D, members?: Tensor3D): Tensor3D {
  const { tf } = graph;
  if (members === undefined) return tf.mean(x, 1, true) as Tensor3D;
  const shares = tf.div(members, tf.maximum(1, tf.sum(members, 2, true)));
  return tf.matMul(shares, x);
}

/** Attention pooling (`MAPHead_0`): a learned query looks at the tokens of an example; SigLIP's pooling of pictures (arXiv 2303.15343). */
export function attentionPooling({ name, width, heads, mlpWidth }: { readonly name: string; readonly width: number; readonly heads: number; readonly mlpWidth: number }) {
  const attend = attention({ name: `${name}/MultiHeadDotProductAttention_0`, width, heads });
  const norm = layerNorm({ name: `${name}/LayerNorm_0`, width });
  const mix = mlp({ name: `${name}/MlpBlock_0`, width, hidden: mlpWidth });
  const probe: ParameterSpec = { name: `${name}/probe`, shape: [1, 1, width], init: xavierUniform(1, width), decays: true };
  return {
    parameters: [probe, ...[attend, norm, mix].flatMap(({ parameters }) => parameters)],
    apply(graph: Graph, x: Tensor3D, members?: Tensor3D): Tensor3D {
      const { tf } = graph;
      const [batch, slots] = [x.shape[0], members?.shape[1] ?? 1];
      const asking = tf.mul(graph.weight(probe.name), tf.ones([batch, slots, 1])) as Tensor3D;
      const seen = attend.apply(graph, asking, x, members === undefined ? undefined : memberBias(tf, members));
      return tf.add(seen, mix.apply(graph, norm.apply(graph, seen) as Tensor)) as Tensor3D;
    },
  };
}
