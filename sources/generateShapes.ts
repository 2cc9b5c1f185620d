import { checkInteger } from '../engine/check.js';
import type { Sample } from '../engine/sample.js';
import type { Extent, Source } from '../engine/source.js';
import { encodeJpeg } from '../formats/image/encodeJpeg.js';
import type { Encoded } from '../formats/fields.js';
import { drawScene, type ShapesScene } from '../kernels/shapesWorld/index.js';

export interface GenerateShapesOptions {
  /** Pictures in all. */
  readonly count: number;
  /** Pictures of a shard; each shard is an extent. @default 256 */
  readonly perShard?: number;
  /** Scene i is a function of (worldSeed, i). @default 0 */
  readonly worldSeed?: number;
  /** Every class equally often, for test sets. @default false */
  readonly balanced?: boolean;
  /** JPEG quality; chroma is at full size. @default 92, as the teacher's test pictures */
  readonly quality?: number;
  readonly name?: string;
}

/** A picture of the shapes world: JPEG, caption, and the exact boxes. */
export interface ShapesSample extends Sample {
  readonly image: Encoded;
  readonly text: string;
  readonly scene: {
    readonly width: number;
    readonly height: number;
    /** `xyxy` in pixels. */
    readonly objects: ShapesScene['objects'];
  };
}

/**
 * Draw the shapes world (models/tiny-owlv2/SHAPES_WORLD.md): pictures with exact boxes, a long tail of classes and noisy captions, for demo and
 * tests without a download. A function of its options alone.
 */
export function generateShapes({ count, perShard = 256, worldSeed = 0, balanced = false, quality = 92, name = 'generateShapes' }: GenerateShapesOptions): Source<ShapesSample> {
  checkInteger(name, 'count', count, 1);
  checkInteger(name, 'perShard', perShard, 1);
  checkInteger(name, 'worldSeed', worldSeed, 0, 2 ** 32 - 1);
  checkInteger(name, 'quality', quality, 1, 100);
  return {
    name,
    version: 1,
    options: { count, perShard, worldSeed, balanced, quality },
    async plan({ limit }) {
      const total = Math.min(count, limit ?? count);
      return Array.from({ length: Math.ceil(total / perShard) }, (_, index): Extent => {
        const records = Math.min(perShard, total - index * perShard);
        return { index, shard: `shapes-world/${worldSeed}/${index}`, bytes: 0, etag: `${worldSeed}`, records: [0, records] };
      });
    },
    async *open(extent, from) {
      const end = extent.records?.[1] ?? perShard;
      for (let record = from.record; record < end; record += 1) {
        const index = extent.index * perShard + record;
        const scene = drawScene(worldSeed, index, { balanced });
        yield {
          key: String(index).padStart(9, '0'),
          record,
          byteOffset: 0,
          next: { record: record + 1, byte: 0 },
          fields: {
            image: { data: await encodeJpeg(scene.image, { quality, chroma: '4:4:4' }), extension: 'jpg' },
            text: scene.caption,
            scene: { width: scene.image.width, height: scene.image.height, objects: scene.objects },
          },
        };
      }
    },
  };
}
