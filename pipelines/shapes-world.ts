/**
 * Shapes world: web-like shards of pictures with captions and exact boxes, drawn here; nothing is downloaded (models/tiny-owlv2/SHAPES_WORLD.md).
 *
 *   npx --no millrace run pipelines/shapes-world.ts --out out/shapes --count 512
 *
 * Out: one tar a shard; of each picture `key.jpg`, `key.txt` (its caption) and `key.json` (its objects, boxes xyxy in pixels).
 */
import { definePipeline, integer, url } from '../engine/recipe.js';
import { pipeline } from '../engine/pipeline.js';
import { bytes, json, utf8 } from '../formats/fields.js';
import { writeTar } from '../sinks/writeTar.js';
import { generateShapes } from '../sources/generateShapes.js';

export default definePipeline(
  {
    out: url(undefined, 'where the shards go'),
    count: integer(512, { min: 1 }, 'pictures'),
    perShard: integer(128, { min: 1 }, 'pictures of a shard'),
    worldSeed: integer(0, { min: 0, max: 2 ** 32 - 1 }, 'another seed, another world'),
  },
  ({ params }) =>
    pipeline(
      generateShapes({ count: params.count, perShard: params.perShard, worldSeed: params.worldSeed }),
      writeTar(params.out, { fields: { image: bytes('jpg'), text: utf8('txt'), scene: json('json') } }),
    ),
);
