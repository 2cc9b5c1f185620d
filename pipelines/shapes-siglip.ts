/**
 * SigLIP on drawn shapes: a picture tower and a text tower (arXiv 2303.15343) learn which description belongs to which picture of the shapes world
 * (models/tiny-owlv2/SHAPES_WORLD.md). Nothing is downloaded; minutes on two cores.
 *
 *   npx --no millrace train pipelines/shapes-siglip.ts --backend wasm --steps 800
 *
 * In:  nothing; the pictures are drawn. The text of a picture names every object by size, colour and shape, the largest first: the world's own captions leave most
 *      of it out, so that many captions fit many pictures.
 * Out: a line a step, and every 100 steps the recall among 100 pairs of another world.
 * Expect: recall@1 of about 0.8 both ways behind 500 steps, and more behind the last.
 */
import { definePipeline, expand, integer, mapSample, pipeline, type Sample } from '../engine/index.js';
import { siglip } from '../models/index.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { decodeImage, dropFields, flipLeftRight, resize, valueRange } from '../operators/index.js';
import { train } from '../sinks/index.js';
import { generateShapes } from '../sources/index.js';
import type { ShapesSample } from '../sources/generateShapes.js';
import { repeat } from '../sources/repeat.js';
import { SHAPES } from './parts/shapeNames.js';

const SIDE = 48;
const WORDS = [...SHAPES, 'red', 'green', 'blue', 'yellow', 'orange', 'purple', 'pink', 'cyan', 'brown', 'black', 'small', 'medium', 'large'];
/** Three words for each of up to six objects. */
const TOKENS = 18;

/** `tokens`: size, colour and shape of every object, the largest first; 0 behind them. */
const describe = <S extends Sample & Pick<ShapesSample, 'scene'>>() =>
  mapSample('describe', ({ scene }: S) => {
    const area = ([x0, y0, x1, y1]: readonly [number, number, number, number]): number => (x1 - x0) * (y1 - y0);
    const words = scene.objects.toSorted((a, b) => area(b.box) - area(a.box)).flatMap(({ size, colour, shape }) => [size, colour, shape]);
    return { tokens: Int32Array.from({ length: TOKENS }, (_, at) => WORDS.indexOf(words[at] ?? '') + 1) };
  }, { words: WORDS, tokens: TOKENS });

/** Drawing a picture costs more than learning from it, so each is used several times, mirrored or not anew. */
const several = <S extends Sample>(times: number) => expand<S, object>('several', () => Array.from({ length: times }, () => ({})), { options: { times } });

export default definePipeline(
  {
    count: integer(4096, { min: 64 }, 'pictures in the world that is learned from'),
    uses: integer(4, { min: 1 }, 'times that a picture is used each time it is drawn'),
    batch: integer(64, { min: 4 }, 'pairs a step; a multiple of 4'),
    totalSteps: integer(800, { min: 51 }, 'steps over which the learning rate falls'),
  },
  ({ params }) =>
    pipeline(
      repeat(generateShapes({ count: params.count, perShard: 64, balanced: true }), 1000),
      describe(),
      decodeImage(),
      resize({ size: SIDE, antialias: true }),
      dropFields(['image']),
      several(params.uses),
      shuffle({ window: 2048, maxBytes: 64 * 2 ** 20 }),
      flipLeftRight(),
      valueRange(),
      batch({ size: params.batch }),
      train(
        siglip({
          out: 64,
          image: { width: 64, depth: 3, heads: 4, patchSize: 6, positions: { kind: 'learned', grid: [8, 8] }, pool: 'map' },
          text: { width: 64, depth: 2, heads: 4, vocabulary: WORDS.length + 1, maxTokens: TOKENS, pool: 'gap' },
          // -log of the batch: the paper's -10 is for batches of tens of thousands.
          bias: -4,
        }),
        { learningRate: 2e-3, schedule: { kind: 'cosine', warmupSteps: 50, totalSteps: params.totalSteps }, optimizer: { kind: 'adamw', beta2: 0.95 }, maxGradientNorm: 1 },
        {
          every: 100,
          data: pipeline(
            generateShapes({ count: 100, perShard: 25, worldSeed: 1, balanced: true }),
            describe(),
            decodeImage(),
            resize({ size: SIDE, antialias: true }),
            dropFields(['image']),
            valueRange(),
            batch({ size: 100 }),
          ),
        },
      ),
    ),
  { lanes: 4 },
);
