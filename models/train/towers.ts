import { recallAt } from '../../kernels/recallAt.js';
import { textEncoder, type TextOptions, type TextTokens } from './layers/textEncoder.js';
import { vit, type PictureTokens, type VitOptions } from './layers/vit.js';
import { sigmoidPairs } from './losses/sigmoidPairs.js';
import { softmaxPairs } from './losses/softmaxPairs.js';
import { constant, type ParameterSpec } from './parameters.js';
import type { Graph, Scalar, Tensor, Tensor1D, Tensor2D } from './tf.js';
import type { Evaluation, Inputs } from './trainable.js';

export interface TowersOptions {
  /** Width of the features in which pictures and texts meet. */
  readonly out: number;
  readonly image: Omit<VitOptions, 'out' | 'headInit'>;
  readonly text: Omit<TextOptions, 'out'>;
  /** `sigmoid`: SigLIP's (arXiv 2303.15343); `softmax`: CLIP's and NaViT's. @default 'sigmoid' */
  readonly loss?: 'sigmoid' | 'softmax';
  /** Temperature at the start. @default 10, the paper's */
  readonly temperature?: number;
  /** Bias of the sigmoid loss at the start. @default -10, the paper's; with small batches -log of their size learns sooner */
  readonly bias?: number;
  /** Texts that the sigmoid loss compares at a time. @default 4096 */
  readonly lossChunk?: number;
}

/** A picture tower and a text tower that meet in one space, with a learned temperature `t` (kept as its logarithm) and bias `b`: big_vision's `two_towers`. */
export function towers({ out, image, text, loss = 'sigmoid', temperature = 10, bias = -10, lossChunk = 4096 }: TowersOptions) {
  const pictures = vit({ ...image, name: 'img', out });
  const texts = textEncoder({ ...text, name: 'txt', out });
  const single = (name: string, value: number): ParameterSpec => ({ name, shape: [1], init: constant(value), decays: false });
  const features = (graph: Graph, x: Tensor): Tensor2D => unit(graph, graph.tf.reshape(x, [-1, out]));
  return {
    parameters: [...pictures.parameters, ...texts.parameters, single('t', Math.log(temperature)), ...(loss === 'sigmoid' ? [single('b', bias)] : [])],
    /** `[n, out]`, each of length 1. */
    pictureFeatures: (graph: Graph, tokens: PictureTokens): Tensor2D => features(graph, pictures.apply(graph, tokens)),
    /** `[n, out]`, each of length 1. */
    textFeatures: (graph: Graph, tokens: TextTokens): Tensor2D => features(graph, texts.apply(graph, tokens)),
    loss(graph: Graph, x: Tensor2D, y: Tensor2D, weights: Tensor1D): Scalar {
      const { tf } = graph;
      const scale = tf.exp(tf.reshape(graph.weight('t'), [])) as Scalar;
      if (loss === 'softmax') return softmaxPairs(tf, { pictures: x, texts: y, temperature: scale, weights });
      return sigmoidPairs(tf, { pictures: x, texts: y, temperature: scale, bias: tf.reshape(graph.weight('b'), []) as Scalar, weights }, lossChunk);
    },
  };
}

/** How well pictures find their texts and texts their pictures, among all held-out pairs. */
export function retrieval(out: number, features: (graph: Graph, inputs: Inputs) => Readonly<Record<'pictures' | 'texts', Tensor2D>>): Evaluation {
  return {
    outputs: (graph, inputs) => ({ ...features(graph, inputs), weights: inputs.weights }),
    measure({ pictures, texts, weights }) {
      const [x, y] = [pictures, texts].map((rows) => rows.filter((_, at) => weights[Math.floor(at / out)] === 1)) as [Float32Array, Float32Array];
      return { 'image to text recall@1': recallAt(x, y, out, 1), 'text to image recall@1': recallAt(y, x, out, 1), 'image to text recall@5': recallAt(x, y, out, 5), 'text to image recall@5': recallAt(y, x, out, 5) };
    },
  };
}

/** Rows of length 1. */
function unit({ tf }: Graph, x: Tensor): Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), -1, true), 1e-12))) as Tensor2D;
}
