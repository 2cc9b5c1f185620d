import { checkInteger } from '../../../engine/check.js';
import type { Graph, Tensor3D, Tensor4D } from '../tf.js';
import { attention } from './attention.js';
import { layerNorm } from './layerNorm.js';
import { mlp } from './mlp.js';

export interface EncoderSize {
  /** Width of a token. */
  readonly width: number;
  /** Number of blocks. */
  readonly depth: number;
  readonly heads: number;
  /** Width of the hidden layer of the MLP. @default 4 x width */
  readonly mlpWidth?: number;
}

/** Pre-norm transformer blocks and a last norm: `Encoder` of the papers' code (ViT, arXiv 2010.11929). */
export function encoder({ name, width, depth, heads, mlpWidth = 4 * width }: EncoderSize & { readonly name: string }) {
  checkInteger(name, 'width', width, 1);
  checkInteger(name, 'depth', depth, 0);
  checkInteger(name, 'mlpWidth', mlpWidth, 1);
  const blocks = Array.from({ length: depth }, (_, index) => {
    const block = `${name}/encoderblock_${index}`;
    return {
      norm0: layerNorm({ name: `${block}/LayerNorm_0`, width }),
      attend: attention({ name: `${block}/MultiHeadDotProductAttention_0`, width, heads }),
      norm1: layerNorm({ name: `${block}/LayerNorm_1`, width }),
      mix: mlp({ name: `${block}/MlpBlock_0`, width, hidden: mlpWidth }),
    };
  });
  const last = layerNorm({ name: `${name}/encoder_norm`, width });
  return {
    parameters: [...blocks.flatMap((block) => Object.values(block)), last].flatMap(({ parameters }) => parameters),
    /** @param bias `[batch, 1, n, n]`, added to the attention logits of every block */
    apply(graph: Graph, x: Tensor3D, bias?: Tensor4D): Tensor3D {
      const { tf } = graph;
      const out = blocks.reduce((tokens, { norm0, attend, norm1, mix }) => {
        const normed = norm0.apply(graph, tokens) as Tensor3D;
        const attended = tf.add(tokens, attend.apply(graph, normed, normed, bias)) as Tensor3D;
        return tf.add(attended, mix.apply(graph, norm1.apply(graph, attended))) as Tensor3D;
      }, x);
      return last.apply(graph, out) as Tensor3D;
    },
  };
}
