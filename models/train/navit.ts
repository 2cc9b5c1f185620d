import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import type { BufferPool } from '../../kernels/bufferPool.js';
import type { Collated } from '../../kernels/collate.js';
import { segmentEnds } from '../../kernels/segmentEnds.js';
import { checkIds, collateField, upload } from './collateField.js';
import { segments } from './layers/segments.js';
import type { TextTokens } from './layers/textEncoder.js';
import type { PictureTokens } from './layers/vit.js';
import type { PairModel } from './siglip.js';
import type { Graph, Tensor1D, Tensor2D, Tensor3D, Tf } from './tf.js';
import { retrieval, towers, type TowersOptions } from './towers.js';
import type { HostBatch, Inputs } from './trainable.js';

/** Several texts in one row, as `packSequences` packs token ids. */
export interface PackedTextField {
  /** `[length]` */
  readonly data: Int32Array;
  /** `[length]`: from 1, 0 is padding. */
  readonly segmentIds: Int32Array;
  /** `[length]`: place in its own text, from 0. */
  readonly positions: Int32Array;
}

/** Patches of several pictures in one row, as `packSequences` packs them. */
export interface PackedPicturesField {
  /** `[length, width]` */
  readonly data: Float32Array | Uint8Array;
  /** Values of a token. */
  readonly width: number;
  readonly segmentIds: Int32Array;
  /** `[length]`: place of each patch in the grid of its own picture. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  /** The same over the sides of that grid, 0 up to 1. */
  readonly fractionalRows: Float32Array;
  readonly fractionalColumns: Float32Array;
}

/** A packed sequence of pairs: example e has segment id e + 1 in both. */
export interface PackedPairSample {
  readonly patches: PackedPicturesField;
  readonly tokens: PackedTextField;
  /** `[maxExamples]`: 1 for an example, 0 for a place without one. */
  readonly exampleWeights: Float32Array;
}

export interface NavitOptions extends TowersOptions {
  /** Examples that a sequence has room for: `maxExamples` of `packSequences`, the paper's E_max. */
  readonly maxExamples: number;
}

/**
 * Pairs in packed sequences (NaViT, arXiv 2307.06304): several pictures of any size and shape in one row of patches, their texts in another. A token sees the tokens of its
 * own example alone, and each example is pooled by itself, so packing changes no loss and no gradient. Positions are `factorised` or `fractional`; the paper trains
 * with the softmax loss.
 *
 * @throws UsageError when an option is out of range or the positions are those of one grid
 */
export function navit({ maxExamples, ...options }: NavitOptions): PairModel<PackedPairSample> {
  checkInteger('navit', 'maxExamples', maxExamples, 1);
  const { image, text } = options;
  if (image.positions.kind === 'learned') throw new UsageError('navit: `image.positions` must be factorised, fractional or sincos2d: pictures of many sizes have no one grid');
  const both = towers(options);
  const values = image.patchSize ** 2 * 3;
  const places = image.positions.kind === 'fractional' ? (['fractionalRows', 'fractionalColumns'] as const) : (['rows', 'columns'] as const);
  const pictureFeatures = (graph: Graph, { patches, rows, columns, bias, members }: Inputs): Tensor2D =>
    both.pictureFeatures(graph, { patches, rows, columns, segments: { bias, members } } as unknown as PictureTokens);
  const textFeatures = (graph: Graph, { tokens, positions, ends, textBias, textMembers }: Inputs): Tensor2D =>
    both.textFeatures(graph, { ids: tokens, packed: { segments: { bias: textBias, members: textMembers }, positions, ends } } as unknown as TextTokens);
  return {
    name: 'navit',
    options: { ...options, maxExamples },
    parameters: both.parameters,
    collate(samples, pool): HostBatch {
      const field = (name: string, read: (sample: PackedPairSample) => Float32Array | Int32Array | Uint8Array): Collated => collateField(name, samples, read, pool);
      for (const sample of samples) if (sample !== undefined) checkSample(sample);
      const arrays = {
        patches: field('patches', ({ patches }) => patches.data),
        segmentIds: field('patches.segmentIds', ({ patches }) => patches.segmentIds),
        rows: field(`patches.${places[0]}`, ({ patches }) => patches[places[0]]),
        columns: field(`patches.${places[1]}`, ({ patches }) => patches[places[1]]),
        tokens: field('tokens', ({ tokens }) => tokens.data),
        textSegmentIds: field('tokens.segmentIds', ({ tokens }) => tokens.segmentIds),
        positions: field('tokens.positions', ({ tokens }) => tokens.positions),
        weights: field('exampleWeights', ({ exampleWeights }) => exampleWeights),
      };
      checkIds('tokens', arrays.tokens, text.vocabulary);
      return { arrays: { ...arrays, ends: endsOf(arrays.textSegmentIds, maxExamples, pool) }, examples: (arrays.weights.data as Float32Array).reduce((sum, weight) => sum + weight, 0) };
    },
    inputs(tf, { arrays }) {
      const [batch, length] = arrays.segmentIds.shape as [number, number];
      const packed = (ids: Collated): ReturnType<typeof segments> => {
        const tensor = upload(tf, ids) as Tensor2D;
        const made = segments(tf, tensor, maxExamples);
        tensor.dispose();
        return made;
      };
      const picture = packed(arrays.segmentIds);
      const texts = packed(arrays.textSegmentIds);
      const patches = upload(tf, arrays.patches);
      const inputs = {
        patches: tf.tidy(() => tf.reshape(tf.cast(patches, 'float32'), [batch, length, values]) as Tensor3D),
        rows: numbers(tf, arrays.rows),
        columns: numbers(tf, arrays.columns),
        ...picture,
        tokens: upload(tf, arrays.tokens),
        positions: numbers(tf, arrays.positions),
        textBias: texts.bias,
        textMembers: texts.members,
        ends: upload(tf, arrays.ends),
        weights: numbers(tf, arrays.weights),
      };
      patches.dispose();
      return inputs;
    },
    pictureFeatures,
    textFeatures,
    evaluation: retrieval(options.out, (graph, inputs) => ({ pictures: pictureFeatures(graph, inputs), texts: textFeatures(graph, inputs) })),
    loss: (graph, inputs) => both.loss(graph, pictureFeatures(graph, inputs), textFeatures(graph, inputs), inputs.weights as Tensor1D),
  };

  function checkSample({ patches, tokens, exampleWeights }: PackedPairSample): void {
    if (patches.width !== values) throw new UsageError(`train: patches of ${patches.width} values, and the model's are ${image.patchSize} x ${image.patchSize} x 3 = ${values}`);
    if (patches.data instanceof Uint8Array) throw new UsageError('train: `patches` are bytes; put `patchValueRange` into the recipe');
    if (exampleWeights.length !== maxExamples) throw new UsageError(`train: a sequence has room for ${exampleWeights.length} examples, and the model for ${maxExamples}: give packSequences and navit one \`maxExamples\``);
    const longest = tokens.positions.reduce((most, place) => Math.max(most, place), 0) + 1;
    if (longest > text.maxTokens) throw new UsageError(`train: a text has ${longest} tokens, and the model has room for ${text.maxTokens} (\`text.maxTokens\`)`);
    if (image.positions.kind === 'factorised') checkPlaces(image.positions, patches);
  }
}

function checkPlaces({ rows, columns }: { readonly rows: number; readonly columns: number }, patches: PackedPicturesField): void {
  for (const [side, most, places] of [['rows', rows, patches.rows], ['columns', columns, patches.columns]] as const) {
    const highest = places.reduce((so, place) => Math.max(so, place), 0);
    if (highest >= most) throw new UsageError(`train: a patch stands at ${side} ${highest}, and \`image.positions.${side}\` is ${most}`);
  }
}

/** All values in one row, as float32. */
function numbers(tf: Tf, collated: Collated): Tensor1D {
  return tf.tidy(() => tf.cast(tf.reshape(upload(tf, collated), [-1]), 'float32') as Tensor1D);
}

/** `[batch, slots, length]`: 1 at the last token of each text. */
function endsOf({ shape, data }: Collated, slots: number, pool: BufferPool): Collated {
  const [batch, length] = shape as [number, number];
  const ends = pool.take('float32', batch * slots * length);
  segmentEnds(data as Int32Array, length, slots, ends);
  return { shape: [batch, slots, length], data: ends };
}
