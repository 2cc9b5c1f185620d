/**
 * NaViT: image-text pairs of any resolution and aspect ratio, packed into sequences of one length, for the sigmoid loss (arXiv 2307.06304, 2303.15343;
 * specs/vision-language.md 2.1). Each picture keeps its aspect ratio, gets r^2 pixels with r ~ U(64, 256), loses a Beta share of its patches of 16 x 16, and shares its
 * sequence with as many others as fit.
 *
 *   npx --no millrace order   pipelines/navit-siglip.ts --in 'shards/{00000..00127}.tar' --steps 10
 *   npx --no millrace train   pipelines/navit-siglip.ts --in 'shards/{00000..00127}.tar' --checkpoint out/navit --checkpoint-every 1000 --resume
 *   npx --no millrace explain pipelines/navit-siglip.ts --in 'shards/{00000..00127}.tar' --sample 500
 *
 * In:  WebDataset tars with an image and a caption (.txt) a sample; `millrace index` beside them makes resumes a seek and the shuffle finer.
 * Out: batches of 256 sequences over 16 lanes, of {
 *        patches: { data: float32 [256, 768] in -1..1, segmentIds [256], positions, rows, columns, fractionalRows, fractionalColumns, cumulativeLengths [13], tokenWeights },
 *        tokens:  { data: int32 [192], segmentIds [192], positions, cumulativeLengths [13], tokenWeights },
 *        examples: [{ key, text }], at most 12, exampleWeights: float32 [12]: 1 for an example, 0 for a place without one }.
 * Expect: about 4.9 pictures a sequence, 1.2 to 1.6 % of the image tokens padding, every caption once an epoch; pictures that cannot be decoded, or that are so thin that they have
 *      more than 256 patches, are left out and counted. What NaViT does not tell is ours: at most 12 pictures a sequence, 64 sequences filled at a time in each lane, sides rounded down.
 */
import { definePipeline, integer, keep, mapSample, number, pipeline, url } from '../engine/index.js';
import { bytes, utf8 } from '../formats/fields.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { beta, decodeImage, dropFields, dropTokens, packSequences, patchify, patchValueRange, resizeToTokens, uniform } from '../operators/index.js';
import { encoderSizes, navit } from '../models/index.js';
import { train } from '../sinks/index.js';
import { readTar } from '../sources/index.js';
import { interleave } from '../sources/interleave.js';
import { repeat } from '../sources/repeat.js';
import { trainingParams } from './parts/trainingParams.js';

const image = bytes('jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'image.*');
const PATCH = 16;
/** NaViT cuts its texts to 24 tokens; 8 of that length fit beside the pictures of a sequence. */
const TEXT_TOKENS = 24;
const MAX_EXAMPLES = 12;

export default definePipeline(
  {
    in: url(undefined, 'tar shards: braces, globs, several joined by ::'),
    epochs: integer(1, { min: 1 }, 'times over the input'),
    batch: integer(256, { min: 16 }, 'sequences a step, over all ranks; a multiple of 16'),
    length: integer(256, { min: 1 }, 'image tokens of a sequence'),
    maxSide: integer(256, { min: 64 }, 'pictures get r x r pixels in all, r from 64 to this'),
    drop: number(0.5, { min: 0.01, max: 0.85 }, 'mean share of patches that are dropped'),
    open: integer(64, { min: 1 }, 'sequences that each lane fills at a time'),
    window: integer(8192, { min: 16 }, 'pictures that are shuffled together, still encoded, over all ranks'),
    bias: number(-10, {}, "bias of the sigmoid loss at the start; the paper's is for batches of tens of thousands"),
    ...trainingParams({ model: 'B', rate: 1e-3, warmup: 10_000, totalSteps: 500_000 }),
  },
  ({ params }) =>
    pipeline(
      interleave(repeat(readTar(params.in, { fields: { image, text: utf8('txt') } }), params.epochs), 4),
      keep('has caption', (sample) => sample.text.trim().length > 0),
      shuffle({ window: params.window, maxBytes: 64 * 2 ** 20 }),
      decodeImage(),
      dropFields(['image'], { name: 'dropEncoded' }),
      resizeToTokens({ patchSize: PATCH, side: uniform(), range: [64, params.maxSide] }),
      patchify({ patchSize: PATCH }),
      dropFields(['pixels'], { name: 'dropPixels' }),
      dropTokens({ rate: beta({ mean: params.drop, max: 0.9 }) }),
      // TO BE REPLACED by a tokenizer of 32 k pieces, `tokenize({ model, maxTokens: 24 })`: until there is one, the bytes of the caption stand for its tokens.
      mapSample('textBytes', (sample) => ({ tokens: Int32Array.from(new TextEncoder().encode(sample.text).subarray(0, TEXT_TOKENS)) }), { maxTokens: TEXT_TOKENS }),
      packSequences({
        lengths: { patches: params.length, tokens: 8 * TEXT_TOKENS },
        openSequences: params.open,
        maxExamples: MAX_EXAMPLES,
        carry: ['text'],
        // Twice the patches that they hold, so that a window ends by its content.
        maxBytes: 2 * params.open * params.length * PATCH * PATCH * 3,
      }),
      patchValueRange(),
      batch({ size: params.batch }),
      train(
        navit({
          out: encoderSizes[params.model].width,
          maxExamples: MAX_EXAMPLES,
          image: { ...encoderSizes[params.model], patchSize: PATCH, positions: { kind: 'fractional', bins: 64 }, pool: 'map' },
          text: { ...encoderSizes[params.model], vocabulary: 256, maxTokens: TEXT_TOKENS },
          bias: params.bias,
        }),
        { learningRate: params.rate, schedule: { kind: 'inverseSqrt', warmupSteps: params.warmup, totalSteps: params.totalSteps, cooldownSteps: Math.floor(params.totalSteps / 10) }, optimizer: { kind: 'adamw', beta2: 0.95 }, maxGradientNorm: 1 },
      ),
    ),
  { lanes: 16 },
);
