/** A streaming recipe whose samples have everything that a preview draws: boxes of both kinds, children, patches with gaps, packed sequences, and samples that are dropped. */
import { definePipeline, expand, keep, mapSample, pipeline, url, windowed, type Sample } from '../../../engine/index.js';
import { membersOf } from '../../../engine/account.js';
import { bytes, utf8 } from '../../../formats/fields.js';
import type { Patches } from '../../../kernels/patches.js';
import type { RgbImage } from '../../../kernels/rgbImage.js';
import { batch } from '../../../operators/flow/batch.js';
import { shuffle } from '../../../operators/flow/shuffle.js';
import { decodeImage, dropFields, resize } from '../../../operators/index.js';
import { readTar } from '../../../sources/index.js';

type Pictured = Sample & { readonly pixels: RgbImage; readonly text: string };

const SIDE = 16;

/** Every patch of 16 x 16 but each fifth. */
function patchesOf({ width, height, data }: RgbImage): Patches {
  const grid = [height / SIDE, width / SIDE] as const;
  const places = Array.from({ length: grid[0] * grid[1] }, (_, place) => place).filter((place) => place % 5 !== 4);
  const [rows, columns] = [Int32Array.from(places, (place) => Math.floor(place / grid[1])), Int32Array.from(places, (place) => place % grid[1])];
  const out = new Uint8Array(places.length * SIDE * SIDE * 3);
  for (const patch of places.keys()) {
    for (let y = 0; y < SIDE; y += 1) {
      const from = ((rows[patch]! * SIDE + y) * width + columns[patch]! * SIDE) * 3;
      out.set(data.subarray(from, from + SIDE * 3), (patch * SIDE + y) * SIDE * 3);
    }
  }
  return { count: places.length, width: SIDE * SIDE * 3, data: out, rows, columns, grid };
}

/** Two samples in a sequence of 32 tokens. */
const pack = windowed<Sample & { readonly tokens: Int32Array }, Sample & { readonly segmentIds: Int32Array }>(
  'pack',
  (samples) => [
    {
      ...(samples[0] as Sample),
      members: samples.flatMap(membersOf),
      segmentIds: Int32Array.from({ length: 32 }, (_, token) => Math.floor(token / 12) + 1).map((id) => (id > samples.length ? 0 : id)),
    },
  ],
  { samples: 2 },
);

export default definePipeline({ in: url() }, ({ params }) =>
  pipeline(
    readTar(params.in, { fields: { image: bytes('jpg'), text: utf8('txt') } }),
    keep('not 0-2', (sample) => sample.key !== '0-2'),
    shuffle({ window: 16 * 8 }),
    decodeImage(),
    resize({ size: 64 }),
    mapSample<Pictured, { readonly boxesXyxy: Float32Array; readonly boxLabels: readonly (readonly string[])[] }>('relativeBoxes', () => ({ boxesXyxy: Float32Array.of(0.25, 0.25, 0.75, 0.5, 0, 0, 0, 0), boxLabels: [['left', '<b>'], []] })),
    mapSample<Pictured, { readonly boxes: readonly object[] }>('listedBoxes', () => ({ boxes: [{ box: [8, 8, 40, 60], query: 'a <i> box', score: 0.5 }] })),
    expand('halves', (sample: Pictured) => [{ pixels: sample.pixels }, { pixels: sample.pixels }]),
    mapSample('patches', ({ pixels }: Pictured) => ({ patches: patchesOf(pixels), tokens: Int32Array.of(1, 2, 3) })),
    dropFields(['pixels']),
    pack,
    batch({ size: 16 }),
  ),
);
