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
 * Holds: encoded pictures in two windows, 256 to shuffle and about 315 to deal in each lane: 1.6 GiB at most over 16 lanes on one rank, under the default budget of 2G, and half of that
 *      at 110 kB a picture. A resume reads those again, and decodes no more than its first batch needs. A larger `window` or `open` needs a larger --max-in-flight-bytes.
 */
import { definePipeline, integer, keep, number, pipeline, url } from '../engine/index.js';
import { bytes, utf8 } from '../formats/fields.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { encoderSizes, navit } from '../models/index.js';
import { beta, dealSequences, decodeImage, dropFields, dropTokens, packSequences, patchify, patchValueRange, planTokens, resizeToTokens, uniform } from '../operators/index.js';
import { train } from '../sinks/index.js';
import { readTar } from '../sources/index.js';
import { interleave } from '../sources/interleave.js';
import { repeat } from '../sources/repeat.js';
import { textTokens } from './parts/textTokens.js';
import { trainingParams } from './parts/trainingParams.js';

const image = bytes('jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'image.*');
const PATCH = 16;
/** NaViT cuts its texts to 24 tokens; 8 of that length fit beside the pictures of a sequence. */
const TEXT_TOKENS = 24;
/** Pictures in a sequence at most. */
const EXAMPLES = 12;

export default definePipeline(
  {
    in: url(undefined, 'tar shards: braces, globs, several joined by ::'),
    epochs: integer(1, { min: 1 }, 'times over the input'),
    batch: integer(256, { min: 16 }, 'sequences a step, over all ranks; a multiple of 16'),
    length: integer(256, { min: 1 }, 'image tokens of a sequence'),
    maxSide: integer(256, { min: 64 }, 'pictures get r x r pixels in all, r from 64 to this'),
    drop: number(0.5, { min: 0.01, max: 0.85 }, 'mean share of patches that are dropped'),
    open: integer(64, { min: 1 }, 'sequences that each lane fills at a time'),
    tokenizer: url('', "file of the texts' tokenizer; without it the bytes of a caption are its tokens"),
    window: integer(4096, { min: 16 }, 'pictures that are shuffled together, still encoded, over all ranks'),
    vocabulary: integer(256, { min: 256 }, 'ids that the tokenizer gives: 32000 for C4\'s'),
    bias: number(-10, {}, "bias of the sigmoid loss at the start; the paper's is for batches of tens of thousands"),
    ...trainingParams({ model: 'B', rate: 1e-3, warmup: 10_000, totalSteps: 500_000 }),
  },
  ({ params }) => {
    const lengths = { patches: params.length, tokens: 8 * TEXT_TOKENS };
    return pipeline(
      interleave(repeat(readTar(params.in, { fields: { image, text: utf8('txt') } }), params.epochs), 4),
      keep('has caption', (sample) => sample.text.trim().length > 0),
      shuffle({ window: params.window, maxBytes: 40 * 2 ** 20 }),
      // What a picture will be in tokens is drawn from its header, and who shares a sequence is dealt from that: no window holds decoded pictures, so a resume decodes none of them again.
      planTokens({ patchSize: PATCH, side: uniform(), range: [64, params.maxSide], rate: beta({ mean: params.drop, max: 0.9 }) }),
      textTokens(params.tokenizer, TEXT_TOKENS),
      // 64 MiB for 64 sequences of 256 tokens, about twice what their pictures have at 110 kB each, so that a window ends by its content.
      dealSequences({ lengths, openSequences: params.open, maxExamples: EXAMPLES, maxBytes: 4096 * params.open * params.length }),
      decodeImage(),
      dropFields(['image'], { name: 'dropEncoded' }),
      resizeToTokens({ planned: true }),
      patchify({ patchSize: PATCH }),
      dropFields(['pixels'], { name: 'dropPixels' }),
      dropTokens({ planned: true }),
      // Twice the patches that a sequence has, and its texts.
      packSequences({ lengths, maxExamples: EXAMPLES, carry: ['text'], dealt: true, maxBytes: 2 * params.length * PATCH * PATCH * 3 + 2 ** 20 }),
      patchValueRange(),
      batch({ size: params.batch }),
      train(
        navit({
          out: encoderSizes[params.model].width,
          maxExamples: EXAMPLES,
          image: { ...encoderSizes[params.model], patchSize: PATCH, positions: { kind: 'fractional', bins: 64 }, pool: 'map' },
          text: { ...encoderSizes[params.model], vocabulary: params.vocabulary, maxTokens: TEXT_TOKENS },
          bias: params.bias,
        }),
        { learningRate: params.rate, schedule: { kind: 'inverseSqrt', warmupSteps: params.warmup, totalSteps: params.totalSteps, cooldownSteps: Math.floor(params.totalSteps / 10) }, optimizer: { kind: 'adamw', beta2: 0.95 }, maxGradientNorm: 1 },
      ),
    );
  },
  { lanes: 16 },
);
