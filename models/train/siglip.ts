import { UsageError } from '../../engine/errors.js';
import { checkIds, collateField, upload, weightsOf } from './collateField.js';
import type { PictureTokens } from './layers/vit.js';
import { pictureTokens, type PictureField } from './pictures.js';
import type { Graph, Tensor1D, Tensor2D, Tensor4D } from './tf.js';
import { retrieval, towers, type TowersOptions } from './towers.js';
import type { HostBatch, Inputs, Trainable } from './trainable.js';

/** A picture and the token ids of its text, padded to one length. */
export interface PairSample extends PictureField {
  readonly tokens: Int32Array;
}

export interface PairModel<in F> extends Trainable<F> {
  /** `[n, out]`, each of length 1. */
  pictureFeatures(graph: Graph, inputs: Inputs): Tensor2D;
  /** `[n, out]`, each of length 1; text i belongs to picture i. */
  textFeatures(graph: Graph, inputs: Inputs): Tensor2D;
}

/**
 * Pairs of pictures and texts, learned by the sigmoid loss (SigLIP, arXiv 2303.15343) or the softmax loss (CLIP): whole pictures of one size, texts padded to one length.
 * For packed sequences: `navit`.
 */
export function siglip(options: TowersOptions): PairModel<PairSample> {
  const both = towers(options);
  const { image, text } = options;
  const pictureFeatures = (graph: Graph, inputs: Inputs): Tensor2D => both.pictureFeatures(graph, inputs as unknown as PictureTokens);
  const textFeatures = (graph: Graph, inputs: Inputs): Tensor2D => both.textFeatures(graph, { ids: inputs.tokens as Tensor2D });
  return {
    name: 'siglip',
    options,
    parameters: both.parameters,
    collate(samples, pool): HostBatch {
      const arrays = {
        pixels: collateField('pixels', samples, ({ pixels }) => pixels, pool),
        tokens: collateField('tokens', samples, ({ tokens }) => tokens, pool),
        weights: weightsOf(samples, pool),
      };
      checkIds('tokens', arrays.tokens, text.vocabulary);
      const length = arrays.tokens.shape[1] as number;
      if (length > text.maxTokens) throw new UsageError(`train: \`tokens\` has ${length} tokens, the model has room for ${text.maxTokens}`);
      return { arrays, examples: samples.filter((sample) => sample !== undefined).length };
    },
    inputs(tf, { arrays: { pixels, tokens, weights } }) {
      const pictures = upload(tf, pixels) as Tensor4D;
      const { patches, rows, columns } = pictureTokens(tf, pictures, image.patchSize, image.positions);
      pictures.dispose();
      return { patches, rows, columns, tokens: upload(tf, tokens), weights: upload(tf, weights) };
    },
    pictureFeatures,
    textFeatures,
    evaluation: retrieval(options.out, (graph, inputs) => ({ pictures: pictureFeatures(graph, inputs), texts: textFeatures(graph, inputs) })),
    loss: (graph, inputs) => both.loss(graph, pictureFeatures(graph, inputs), textFeatures(graph, inputs), inputs.weights as Tensor1D),
  };
}
