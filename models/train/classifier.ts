import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { accuracy } from '../../kernels/accuracy.js';
import { collateField, upload, weightsOf } from './collateField.js';
import { vit, type VitOptions } from './layers/vit.js';
import { sigmoidLoss, softmaxLoss } from './losses/classification.js';
import { zeros } from './parameters.js';
import { pictureTokens, type PictureField } from './pictures.js';
import type { Graph, Tensor1D, Tensor2D, Tensor4D } from './tf.js';
import type { Inputs, Trainable } from './trainable.js';

export interface ClassifierOptions {
  readonly image: Omit<VitOptions, 'out' | 'headInit'>;
  readonly classes: number;
  /** One class of several (`softmax`), or a yes or no for each (`sigmoid`). @default 'softmax' */
  readonly loss?: 'softmax' | 'sigmoid';
}

/** A picture and its classes: `[classes]`, as `oneHot` gives them. */
export interface ClassifierSample extends PictureField {
  readonly labels: Float32Array;
  /** Side of the step's patches, in pixels, as `flexiPatch` draws it. @default the model's */
  readonly patchSize?: number;
}

/**
 * A vision transformer with a linear head, which begins at zero as in the papers' code (ViT, arXiv 2010.11929; plain ViT, 2205.01580). Samples with a
 * `patchSize` train it for many sizes (FlexiViT, 2212.08013).
 */
export function classifier({ image, classes, loss = 'softmax' }: ClassifierOptions): Trainable<ClassifierSample> {
  checkInteger('classifier', 'classes', classes, 1);
  if (loss !== 'softmax' && loss !== 'sigmoid') throw new UsageError(`classifier: \`loss\` must be softmax or sigmoid, got ${String(loss)}`);
  const tower = vit({ ...image, name: 'img', out: classes, headInit: zeros });
  const logits = (graph: Graph, { patches, rows, columns }: Inputs): Tensor2D =>
    graph.tf.reshape(tower.apply(graph, { patches, rows, columns } as unknown as Parameters<typeof tower.apply>[1]), [-1, classes]);
  return {
    name: 'classifier',
    options: { image, classes, loss },
    parameters: tower.parameters,
    collate(samples, pool) {
      const arrays = {
        pixels: collateField('pixels', samples, ({ pixels }) => pixels, pool),
        labels: collateField('labels', samples, ({ labels }) => labels, pool),
        weights: weightsOf(samples, pool),
        patchSize: collateField('patchSize', samples, ({ patchSize = image.patchSize }) => patchSize, pool),
      };
      if (arrays.labels.shape[1] !== classes) throw new UsageError(`train: \`labels\` has ${arrays.labels.shape[1]} classes, the model ${classes}`);
      return { arrays, examples: samples.filter((sample) => sample !== undefined).length };
    },
    inputs(tf, { arrays: { pixels, labels, weights, patchSize } }) {
      const pictures = upload(tf, pixels) as Tensor4D;
      // One size for the whole step; 0 where there is padding.
      const tokens = pictureTokens(tf, pictures, (patchSize.data as Float32Array).reduce((most, size) => Math.max(most, size), 0), image.positions);
      pictures.dispose();
      return { patches: tokens.patches, rows: tokens.rows, columns: tokens.columns, labels: upload(tf, labels), weights: upload(tf, weights) };
    },
    evaluation: {
      outputs: (graph, inputs) => ({ logits: logits(graph, inputs), labels: inputs.labels, weights: inputs.weights }),
      measure: ({ logits: scores, labels, weights }) => ({ accuracy: accuracy(scores, labels, weights, classes) }),
    },
    loss(graph, inputs) {
      const given = { logits: logits(graph, inputs), labels: inputs.labels as Tensor2D, weights: inputs.weights as Tensor1D };
      return loss === 'softmax' ? softmaxLoss(graph.tf, given) : sigmoidLoss(graph.tf, given);
    },
  };
}
