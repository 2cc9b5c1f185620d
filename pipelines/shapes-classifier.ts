/**
 * A classifier of drawn shapes: a small vision transformer (arXiv 2010.11929) learns the 12 shapes of the shapes world (models/tiny-owlv2/SHAPES_WORLD.md) from crops
 * around single objects. Nothing is downloaded; minutes on two cores.
 *
 *   npx --no millrace train pipelines/shapes-classifier.ts --backend wasm --steps 3000
 *
 * In:  nothing; the pictures are drawn.
 * Out: a line a step, and every 500 steps the accuracy on crops of another world.
 * Expect: about 80 % of 12 shapes right behind 2,000 steps, and more behind the last.
 */
import { definePipeline, expand, integer, pipeline, type Sample } from '../engine/index.js';
import { classifier } from '../models/index.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { decodeImage, dropFields, flipLeftRight, oneHot, resize, valueRange } from '../operators/index.js';
import type { DecodedImage } from '../operators/image/decodeImage.js';
import { train } from '../sinks/index.js';
import { generateShapes } from '../sources/index.js';
import type { ShapesSample } from '../sources/generateShapes.js';
import { repeat } from '../sources/repeat.js';
import { cropTo } from './parts/cropTo.js';
import { SHAPES } from './parts/shapeNames.js';

const SIDE = 24;

/**
 * Samples for each shape in a picture: a square around its box, and its class. Of several views each is moved by up to a twentieth of its side, because drawing a
 * picture costs more than learning from one.
 */
const shapesOf = <S extends Sample & DecodedImage & Pick<ShapesSample, 'scene'>>(views: number) =>
  expand(
    'shapesOf',
    ({ pixels, scene }: S, { random }) => {
      const move = random();
      const moved = ([x0, y0, x1, y1]: Box): Box => {
        const [dx, dy, grow] = [0.05, 0.05, 0.05].map((most) => (views === 1 ? 0 : move.range(-most, most) * Math.max(x1 - x0, y1 - y0))) as [number, number, number];
        return [x0 + dx - grow, y0 + dy - grow, x1 + dx + grow, y1 + dy + grow];
      };
      return scene.objects.flatMap(({ box, shape }) => Array.from({ length: views }, () => ({ pixels: cropTo(pixels, moved(box)), label: SHAPES.indexOf(shape) })));
    },
    { options: { classes: SHAPES, views } },
  );
type Box = readonly [number, number, number, number];

export default definePipeline(
  {
    count: integer(4096, { min: 64 }, 'pictures in the world that is learned from'),
    held: integer(256, { min: 1 }, 'pictures of the other world'),
    batch: integer(32, { min: 4 }, 'crops a step; a multiple of 4'),
    totalSteps: integer(3000, { min: 101 }, 'steps over which the learning rate falls'),
  },
  ({ params }) =>
    pipeline(
      repeat(generateShapes({ count: params.count, perShard: 64, balanced: true }), 1000),
      decodeImage(),
      dropFields(['image']),
      shapesOf(4),
      shuffle({ window: 2048, maxBytes: 64 * 2 ** 20 }),
      resize({ size: SIDE, antialias: true }),
      flipLeftRight(),
      valueRange(),
      oneHot({ depth: SHAPES.length }),
      batch({ size: params.batch }),
      train(
        classifier({ image: { width: 64, depth: 4, heads: 4, patchSize: 6, positions: { kind: 'learned', grid: [4, 4] } }, classes: SHAPES.length }),
        { learningRate: 2e-3, schedule: { kind: 'cosine', warmupSteps: 100, totalSteps: params.totalSteps }, optimizer: { kind: 'adamw', beta2: 0.98 }, maxGradientNorm: 1 },
        {
          every: 500,
          data: pipeline(
            generateShapes({ count: params.held, perShard: 64, worldSeed: 1, balanced: true }),
            decodeImage(),
            shapesOf(1),
            resize({ size: SIDE, antialias: true }),
            valueRange(),
            oneHot({ depth: SHAPES.length }),
            batch({ size: params.batch }),
          ),
        },
      ),
    ),
  { lanes: 4 },
);
