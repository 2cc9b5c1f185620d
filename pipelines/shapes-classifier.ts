/**
 * A classifier of drawn shapes: a small vision transformer (arXiv 2010.11929) learns the 12 shapes of the shapes world (models/tiny-owlv2/SHAPES_WORLD.md) from crops
 * around single objects. Nothing is downloaded; minutes on two cores.
 *
 *   npx --no millrace train pipelines/shapes-classifier.ts --backend wasm --steps 1500
 *
 * In:  nothing; the pictures are drawn.
 * Out: a line a step, and every 500 steps the accuracy on crops of another world.
 * Expect: 95 % and more behind the last step.
 */
import { definePipeline, expand, integer, pipeline, type Sample } from '../engine/index.js';
import { classifier } from '../models/index.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { decodeImage, flipLeftRight, oneHot, resize, valueRange } from '../operators/index.js';
import type { DecodedImage } from '../operators/image/decodeImage.js';
import { train } from '../sinks/index.js';
import { generateShapes } from '../sources/index.js';
import type { ShapesSample } from '../sources/generateShapes.js';
import { repeat } from '../sources/repeat.js';
import { cropTo } from './parts/cropTo.js';

const SHAPES = ['circle', 'square', 'triangle', 'star', 'ring', 'cross', 'hexagon', 'ellipse', 'diamond', 'heart', 'arrow', 'crescent'];

/** One sample a shape in a picture: a square around its box, and its class. */
const shapesOf = <S extends Sample & DecodedImage & Pick<ShapesSample, 'scene'>>() =>
  expand('shapesOf', ({ pixels, scene }: S) => scene.objects.map(({ box, shape }) => ({ pixels: cropTo(pixels, box), label: SHAPES.indexOf(shape) })), { options: { classes: SHAPES } });

export default definePipeline(
  {
    count: integer(4096, { min: 64 }, 'pictures in the world that is learned from'),
    held: integer(256, { min: 1 }, 'pictures of the other world'),
    batch: integer(64, { min: 4 }, 'crops a step; a multiple of 4'),
    totalSteps: integer(1500, { min: 1 }, 'steps over which the learning rate falls'),
  },
  ({ params }) =>
    pipeline(
      repeat(generateShapes({ count: params.count, perShard: 64, balanced: true }), 1000),
      decodeImage(),
      shapesOf(),
      shuffle({ window: 1024, maxBytes: 64 * 2 ** 20 }),
      resize({ size: 32 }),
      flipLeftRight(),
      valueRange(),
      oneHot({ depth: SHAPES.length }),
      batch({ size: params.batch }),
      train(
        classifier({ image: { width: 64, depth: 4, heads: 4, patchSize: 8, positions: { kind: 'learned', grid: [4, 4] } }, classes: SHAPES.length }),
        { learningRate: 2e-3, schedule: { kind: 'cosine', warmupSteps: 100, totalSteps: params.totalSteps }, maxGradientNorm: 1 },
        {
          every: 500,
          data: pipeline(
            generateShapes({ count: params.held, perShard: 64, worldSeed: 1, balanced: true }),
            decodeImage(),
            shapesOf(),
            resize({ size: 32 }),
            valueRange(),
            oneHot({ depth: SHAPES.length }),
            batch({ size: params.batch }),
          ),
        },
      ),
    ),
  { lanes: 4 },
);
