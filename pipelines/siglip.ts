/**
 * SigLIP: image-text pairs for the sigmoid loss (arXiv 2303.15343; big_vision's `decode|resize(224)|value_range(-1,1)`, specs/vision-language.md 1.2).
 *
 *   npx --no millrace order pipelines/siglip.ts --in 'shards/{00000..00127}.tar' --tokenizer c4_en.model --steps 10
 *   npx --no millrace train pipelines/siglip.ts --in 'shards/{00000..00127}.tar' --tokenizer c4_en.model --checkpoint out/siglip --checkpoint-every 1000 --resume
 *
 * In:  WebDataset tars with an image and a caption (.txt) a sample; `millrace index` beside them makes resumes a seek and the shuffle finer.
 *      --tokenizer: a SentencePiece model (the paper: C4's, 32,000 pieces), a tokenizer.json or the like; without it the text goes to the trainer as it is.
 * Out: batches of 256 over 16 lanes, of { pixels: float32 [224, 224, 3] in -1..1, text, and with a tokenizer tokens: int32 [64] }: lower-cased, cut with the
 *      end token kept, padded with id 1. The paper keeps 16 tokens, the released checkpoints 64.
 * Expect: every caption of the input once an epoch, in an order of (seed, epoch) alone; pictures that cannot be decoded are left out and counted.
 */
import { definePipeline, integer, keep, number, pipeline, url } from '../engine/index.js';
import { bytes, utf8 } from '../formats/fields.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { decodeImage, resize, tokenize, valueRange } from '../operators/index.js';
import { encoderSizes, siglip } from '../models/index.js';
import { train } from '../sinks/index.js';
import { readTar } from '../sources/index.js';
import { interleave } from '../sources/interleave.js';
import { repeat } from '../sources/repeat.js';
import { trainingParams } from './parts/trainingParams.js';

const image = bytes('jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'image.*');

export default definePipeline(
  {
    in: url(undefined, 'tar shards: braces, globs, several joined by ::'),
    epochs: integer(1, { min: 1 }, 'times over the input'),
    size: integer(224, { min: 1 }, 'side of the pictures, in pixels'),
    batch: integer(256, { min: 16 }, 'pictures a step, over all ranks; a multiple of 16'),
    window: integer(8192, { min: 16 }, 'pictures that are shuffled together, still encoded, over all ranks'),
    tokenizer: url('', "file of the texts' tokenizer; without it they are left as they are"),
    tokens: integer(64, { min: 1 }, 'tokens of a text, its end included'),
    pad: integer(1, {}, 'id that fills up short texts'),
    vocabulary: integer(32_000, { min: 1 }, 'ids that the tokenizer gives'),
    bias: number(-10, {}, "bias of the sigmoid loss at the start; the paper's is for batches of tens of thousands"),
    ...trainingParams({ model: 'B', rate: 1e-3, warmup: 10_000, totalSteps: 500_000 }),
  },
  ({ params: { tokenizer, tokens: maxTokens, pad, ...params } }) => {
    const pairs = interleave(repeat(readTar(params.in, { fields: { image, text: utf8('txt') } }), params.epochs), 4);
    const shuffled = { window: params.window, maxBytes: 64 * 2 ** 20 };
    if (tokenizer === '') {
      return pipeline(
        pairs,
        keep('has caption', (sample) => sample.text.trim().length > 0),
        shuffle(shuffled),
        decodeImage(),
        resize({ size: params.size }),
        valueRange(),
        batch({ size: params.batch }),
      );
    }
    return pipeline(
      pairs,
      keep('has caption', (sample) => sample.text.trim().length > 0),
      shuffle(shuffled),
      tokenize({ tokenizer, maxTokens, pad, lower: 'ascii', eos: 'sticky' }),
      decodeImage(),
      resize({ size: params.size }),
      valueRange(),
      batch({ size: params.batch }),
      train(
        siglip({
          out: encoderSizes[params.model].width,
          image: { ...encoderSizes[params.model], patchSize: 16, positions: { kind: 'learned', grid: [14, 14] }, pool: 'map' },
          text: { ...encoderSizes[params.model], vocabulary: params.vocabulary, maxTokens },
          bias: params.bias,
        }),
        { learningRate: params.rate, schedule: { kind: 'cosine', warmupSteps: params.warmup, totalSteps: params.totalSteps }, optimizer: { kind: 'adamw', beta2: 0.95 }, maxGradientNorm: 1 },
      ),
    );
  },
  { lanes: 16 },
);
