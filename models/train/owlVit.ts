import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { boxBias } from '../../kernels/boxBias.js';
import { detectionPrecision } from '../../kernels/detectionPrecision.js';
import { matchTargets } from '../../kernels/matchTargets.js';
import { checkIds, collateField, upload, weightsOf } from './collateField.js';
import { dense } from './layers/dense.js';
import { gelu } from './layers/gelu.js';
import { textEncoder, type TextOptions } from './layers/textEncoder.js';
import { vit, type PictureTokens, type VitOptions } from './layers/vit.js';
import { detectionLoss, type DetectionLossInput, type DetectionWeights } from './losses/detection.js';
import { zeros } from './parameters.js';
import { pictureTokens, type PictureField } from './pictures.js';
import type { Graph, Tensor, Tensor2D, Tensor3D, Tensor4D, Tf } from './tf.js';
import type { HostBatch, Inputs, Trainable } from './trainable.js';

export interface OwlVitOptions {
  readonly image: Omit<VitOptions, 'out' | 'headInit' | 'pool'>;
  /** `maxTokens` is the length of every query. */
  readonly text: Omit<TextOptions, 'out'>;
  /** Width of the features in which boxes and queries meet. */
  readonly out: number;
  /** @default 1, 1, 1, as OWL-ViT's configs */
  readonly weights?: DetectionWeights;
}

/** A picture, its queries and its boxes, as `detectionTargets` gives them; column 0 of the queries is padding. */
export interface DetectionSample extends PictureField {
  /** `[queries, maxTokens]` token ids; a query whose first is 0 is not there. */
  readonly queryTokens: Int32Array;
  /** `[boxes, 4]` centre and size, relative. */
  readonly boxesCxcywh: Float32Array;
  /** `[boxes, queries]`: 1 where a box answers a query; column 0 alone for padding. */
  readonly boxQueries: Uint8Array;
}

/**
 * An open-vocabulary detector: every token of a vision transformer predicts one box and its likeness to each query (OWL-ViT, arXiv 2205.06230; specs/detection.md 2 and 3).
 * Heads as in scenic: `class_head/Dense_0`, `logit_shift`, `logit_scale`, `obj_box_head/Dense_0..2` with the box bias of its token. Boxes are matched with predictions on the
 * host, of a first pass over the model (`kernels/matchTargets`), and trained in a second one.
 *
 * Not here: OWLv2's objectness head and its selection of instances, dropped layers, separate learning rates for the texts.
 */
export function owlVit({ image, text, out, weights: lossWeights }: OwlVitOptions): Trainable<DetectionSample> {
  checkInteger('owlVit', 'out', out, 1);
  const { width } = image;
  const tower = vit({ ...image, name: 'backbone/img', pool: 'none' });
  const texts = textEncoder({ ...text, name: 'backbone/txt', out });
  const kind = dense({ name: 'class_head/Dense_0', from: width, to: out });
  const shift = dense({ name: 'class_head/logit_shift', from: width, to: 1 });
  const scale = dense({ name: 'class_head/logit_scale', from: width, to: 1 });
  const box = [width, width, 4].map((to, index) => dense({ name: `obj_box_head/Dense_${index}`, from: width, to, ...(index === 2 ? { init: zeros } : {}) })) as [Dense, Dense, Dense];

  /** `logits` `[batch, tokens, queries]` without the padding query, `boxes` `[batch, tokens, 4]`. */
  const predict = (graph: Graph, { patches, rows, columns, queryTokens, bias }: Inputs): { logits: Tensor3D; boxes: Tensor3D } => {
    const { tf } = graph;
    const tokens = tower.tokens(graph, { patches, rows, columns } as unknown as PictureTokens);
    const [batch, queries, length] = queryTokens.shape as [number, number, number];
    const asked = tf.reshape(texts.apply(graph, { ids: tf.reshape(queryTokens, [batch * queries, length]) as Tensor2D }), [batch, queries, out]);
    const likeness = tf.matMul(unit(tf, kind.apply(graph, tokens)), unit(tf, asked), false, true);
    const [added, factor] = [shift.apply(graph, tokens), tf.add(tf.elu(scale.apply(graph, tokens)), 1)];
    const hidden = gelu(tf, box[1].apply(graph, gelu(tf, box[0].apply(graph, tokens))));
    return { logits: tf.mul(tf.add(likeness, added), factor) as Tensor3D, boxes: tf.sigmoid(tf.add(box[2].apply(graph, hidden), bias)) as Tensor3D };
  };

  return {
    name: 'owlVit',
    options: { image, text, out, ...(lossWeights === undefined ? {} : { weights: lossWeights }) },
    parameters: [...tower.parameters, ...texts.parameters, ...[kind, shift, scale, ...box].flatMap(({ parameters }) => parameters)],
    collate(samples, pool): HostBatch {
      const arrays = {
        pixels: collateField('pixels', samples, ({ pixels }) => pixels, pool),
        queryTokens: collateField('queryTokens', samples, ({ queryTokens }) => queryTokens, pool),
        boxesCxcywh: collateField('boxesCxcywh', samples, ({ boxesCxcywh }) => boxesCxcywh, pool),
        boxQueries: collateField('boxQueries', samples, ({ boxQueries }) => boxQueries, pool),
        weights: weightsOf(samples, pool),
      };
      checkIds('queryTokens', arrays.queryTokens, text.vocabulary);
      const [queries, boxes] = [(arrays.queryTokens.shape[1] as number) / text.maxTokens, (arrays.boxesCxcywh.shape[1] as number) / 4];
      if (!Number.isInteger(queries) || queries < 2) throw new UsageError(`train: \`queryTokens\` has ${arrays.queryTokens.shape[1]} ids, and must have ${text.maxTokens} for each of two queries or more`);
      if (boxes * queries !== arrays.boxQueries.shape[1]) throw new UsageError(`train: \`boxQueries\` has ${arrays.boxQueries.shape[1]} values, and ${boxes} boxes by ${queries} queries need ${boxes * queries}`);
      return { arrays, examples: samples.filter((sample) => sample !== undefined).length };
    },
    inputs(tf, { arrays: { pixels, queryTokens, weights } }) {
      const pictures = upload(tf, pixels) as Tensor4D;
      const [batch, height, across] = pictures.shape;
      const tokens = pictureTokens(tf, pictures, image.patchSize, image.positions);
      pictures.dispose();
      const asked = tf.tidy(() => tf.slice(tf.reshape(upload(tf, queryTokens), [batch, -1, text.maxTokens]), [0, 1, 0]) as Tensor3D);
      return {
        patches: tokens.patches, rows: tokens.rows, columns: tokens.columns, queryTokens: asked,
        queries: tf.tidy(() => tf.cast(tf.greater(tf.reshape(tf.slice(asked, [0, 0, 0], [-1, -1, 1]), [batch, 1, -1]), 0), 'float32')),
        bias: tf.tensor3d(boxBias(height / image.patchSize, across / image.patchSize), [1, (height / image.patchSize) * (across / image.patchSize), 4]),
        weights: upload(tf, weights),
      };
    },
    async match({ tf, weight }, inputs, batch) {
      const predicted = tf.tidy(() => predict({ tf, weight }, inputs));
      const [logits, boxes] = await Promise.all([predicted.logits.data(), predicted.boxes.data()]);
      const [count, tokens, queries] = predicted.logits.shape;
      tf.dispose([predicted.logits, predicted.boxes]);
      return assign(tf, batch, { logits: logits as Float32Array, boxes: boxes as Float32Array, count, tokens, queries });
    },
    loss(graph, inputs) {
      return detectionLoss(graph.tf, { ...predict(graph, inputs), ...(inputs as unknown as Omit<DetectionLossInput, 'logits' | 'boxes'>) }, lossWeights);
    },
    evaluation: {
      outputs: (graph, inputs) => ({ ...predict(graph, inputs), truths: inputs.truths, answers: inputs.answers, weights: inputs.weights }),
      measure: ({ logits, boxes, truths, answers, weights }) => ({ AP50: detectionPrecision({ logits, boxes, truths, answers, weights }) }),
    },
  };
}

type Dense = ReturnType<typeof dense>;

function unit(tf: Tf, x: Tensor): Tensor {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), -1, true), 1e-12)));
}

interface Predicted {
  readonly logits: Float32Array;
  readonly boxes: Float32Array;
  readonly count: number;
  readonly tokens: number;
  /** Without the padding query. */
  readonly queries: number;
}

/** For each picture, which token is to give which box: labels, targets and the tokens that have one; and the boxes themselves, for evaluation. */
function assign(tf: Tf, { arrays: { boxesCxcywh, boxQueries } }: HostBatch, { logits, boxes, count, tokens, queries }: Predicted): Inputs {
  const rows = (boxesCxcywh.shape[1] as number) / 4;
  const labels = new Float32Array(count * tokens * queries);
  const targets = new Float32Array(count * tokens * 4);
  const matched = new Float32Array(count * tokens);
  const answers = new Float32Array(count * rows * queries);
  for (let picture = 0; picture < count; picture += 1) {
    const own = boxesCxcywh.data.subarray(picture * rows * 4, (picture + 1) * rows * 4);
    const present: number[] = [];
    for (let row = 0; row < rows; row += 1) {
      const asked = boxQueries.data.subarray((picture * rows + row) * (queries + 1) + 1, (picture * rows + row + 1) * (queries + 1));
      answers.set(asked, (picture * rows + row) * queries);
      if (asked.includes(1)) present.push(row);
    }
    const byToken = matchTargets(
      { count: tokens, logits: logits.subarray(picture * tokens * queries, (picture + 1) * tokens * queries), boxesCxcywh: boxes.subarray(picture * tokens * 4, (picture + 1) * tokens * 4) },
      {
        count: present.length,
        boxQueries: present.flatMap((row) => [...answers.subarray((picture * rows + row) * queries, (picture * rows + row + 1) * queries)]),
        boxesCxcywh: present.flatMap((row) => [...own.subarray(row * 4, row * 4 + 4)]),
      },
    );
    for (const [place, token] of byToken.entries()) {
      if (token < 0) continue;
      const [row, at] = [present[place] as number, picture * tokens + token];
      matched[at] = 1;
      targets.set(own.subarray(row * 4, row * 4 + 4), at * 4);
      labels.set(answers.subarray((picture * rows + row) * queries, (picture * rows + row + 1) * queries), at * queries);
    }
  }
  return {
    labels: tf.tensor3d(labels, [count, tokens, queries]),
    targets: tf.tensor3d(targets, [count, tokens, 4]),
    matched: tf.tensor2d(matched, [count, tokens]),
    truths: tf.tensor3d(Float32Array.from(boxesCxcywh.data), [count, rows, 4]),
    answers: tf.tensor3d(answers, [count, rows, queries]),
  };
}
