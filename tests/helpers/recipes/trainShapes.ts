/** Pairs of drawn pictures and captions, for `millrace train` in tests: small enough for seconds. `--delay` slows one stage down, `--rate` breaks the training. */
import { definePipeline, integer, mapAsync, mapSample, number, pipeline, type Sample } from '../../../engine/index.js';
import { siglip } from '../../../models/train/siglip.js';
import { batch } from '../../../operators/flow/batch.js';
import { shuffle } from '../../../operators/flow/shuffle.js';
import { decodeImage, resize, valueRange } from '../../../operators/index.js';
import { train } from '../../../sinks/train.js';
import { generateShapes } from '../../../sources/generateShapes.js';
import { repeat } from '../../../sources/repeat.js';

const WORDS = ['circle', 'square', 'triangle', 'star', 'red', 'green', 'blue', 'yellow', 'small', 'large'];

const wordIds = <S extends Sample & { readonly text: string }>() =>
  mapSample('wordIds', (sample: S) => {
    const ids = sample.text.toLowerCase().split(/\W+/).map((word) => WORDS.indexOf(word) + 1).filter((id) => id > 0);
    return { tokens: Int32Array.from({ length: 6 }, (_, at) => ids[at] ?? 0) };
  });

export default definePipeline(
  { count: integer(64, { min: 8 }), epochs: integer(100, { min: 1 }), delay: integer(0, { min: 0 }), rate: number(2e-3, { min: 0 }) },
  ({ params }) =>
    pipeline(
      repeat(generateShapes({ count: params.count, perShard: 8 }), params.epochs),
      shuffle({ window: 32, maxBytes: 1 << 20 }),
      decodeImage(),
      resize({ size: 16 }),
      valueRange(),
      wordIds(),
      mapAsync('later', async () => {
        if (params.delay > 0) await new Promise((resolve) => setTimeout(resolve, params.delay));
        return {};
      }),
      batch({ size: 8 }),
      train(
        siglip({
          out: 12,
          image: { width: 16, depth: 1, heads: 2, patchSize: 8, positions: { kind: 'learned', grid: [2, 2] } },
          text: { width: 16, depth: 1, heads: 2, vocabulary: 11, maxTokens: 6 },
          bias: -2,
        }),
        { learningRate: params.rate, schedule: { kind: 'cosine', warmupSteps: 3, totalSteps: 60 }, maxGradientNorm: 1 },
      ),
    ),
  { lanes: 4 },
);
