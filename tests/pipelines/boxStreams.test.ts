/** The detection recipes as streams: the same steps for any ranks and workers, resumed anywhere, every picture accounted for, and boxes where the objects are. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { membersOf } from '../../engine/account.js';
import type { Pipeline } from '../../engine/pipeline.js';
import { originText } from '../../engine/sample.js';
import type { StoresOf } from '../../engine/stage.js';
import { openStream } from '../../engine/stream.js';
import { colourNames, colours } from '../../kernels/shapesWorld/words.js';
import type { Patches } from '../../kernels/patches.js';
import type { DetectionTargetFields } from '../../operators/label/detectionTargets.js';
import type { Mosaic, Tiled } from '../../operators/label/mosaic.js';
import owlStTrain from '../../pipelines/owl-st-train.js';
import owlVit from '../../pipelines/owl-vit.js';
import { memoryStore } from '../../storage/memoryStore.js';
import { boxShard } from '../helpers/pictures.js';
import { putObject } from '../helpers/shards.js';
import { world } from '../helpers/streams.js';

const IN = 'memory://boxes/{0..3}.tar';
const GOOD = 20 + 17 + 23 + 20 - 2;
const common = { in: IN, epochs: 3, size: 96, batch: 16, window: 64, negatives: 32 };
const RECIPES: Readonly<Record<string, () => Pipeline>> = {
  'owl-vit': () => owlVit.build({ ...common, forbidden: '' }) as Pipeline,
  'owl-st-train': () => owlStTrain.build({ ...common, patch: 4, drop: 0.5, minScore: 0.1, maxBoxes: 64, maxQueries: 60 }) as Pipeline,
};
let stores: StoresOf;
test.before(async () => {
  const store = memoryStore();
  for (const [shard, records] of [20, 17, 23, 20].entries()) await putObject(store, `memory://boxes/${shard}.tar`, await boxShard(shard, records, shard === 1 ? { damaged: [3], unread: [5] } : {}));
  stores = () => store;
});

type Made = Mosaic<Tiled> & DetectionTargetFields & { readonly patches?: Patches };
async function samplesOf(make: () => Pipeline): Promise<Made[]> {
  const stream = await openStream(make(), { seed: 1, lanes: 16, stores, signal: new AbortController().signal, maxInFlightBytes: 4e9 });
  const samples: Made[] = [];
  for await (const { contributions } of stream.steps()) samples.push(...(contributions.flatMap((entry) => entry.samples) as unknown as Made[]));
  return samples;
}

for (const [name, make] of Object.entries(RECIPES)) {
  test(`${name}: every good picture once an epoch, in a mosaic; bad pictures and bad boxes are refused`, async (t) => {
    const pictures = (await samplesOf(make)).flatMap(membersOf).map(originText);
    t.is(pictures.length, 3 * GOOD);
    t.is(new Set(pictures).size, 3 * GOOD);
    const { dropped } = await world(make, { stores, budget: 4e9 });
    t.is(dropped.flat().filter((line) => line.includes('decodeImage image-')).length, 3, dropped.flat().join());
    t.is(dropped.flat().filter((line) => line.includes('parseBoxes boxes-invalid')).length, 3, dropped.flat().join());
  });

  test(`${name}: the same steps for ranks and workers, and after a resume in another world`, async (t) => {
    const whole = await world(make, { stores, budget: 4e9 });
    t.true(whole.steps.length >= 3);
    for (const [ranks, workers] of [[1, 2], [16, 0]] as const) t.deepEqual((await world(make, { stores, budget: 4e9, ranks, workers })).steps, whole.steps, `${ranks} ranks, ${workers} workers`);
    for (const at of [1, whole.steps.length - 1]) {
      const resumed = await world(make, { stores, budget: 4e9, from: whole.checkpoints.get(at), ranks: 2, workers: 1 });
      t.deepEqual(resumed.steps, whole.steps.slice(at), `from step ${at}`);
    }
  });

  test(`${name}: shapes are fixed, grids differ, and every box lies on its object`, async (t) => {
    const samples = await samplesOf(make);
    t.true(new Set(samples.map(({ grid }) => grid)).size >= 2);
    const [rows, columns] = name === 'owl-vit' ? [100, 100] : [64, 60];
    let [right, all] = [0, 0];
    for (const sample of samples) {
      const { queries, boxesCxcywh, boxQueries, grid, boxLabels } = sample;
      const pixels = sample.patches === undefined ? sample.pixels : pictureOf(sample.patches);
      if (sample.patches !== undefined) t.like(sample.patches, { count: 288, grid: [24, 24], width: 48 }, 'half of the patches');
      t.deepEqual([pixels.width, pixels.height, pixels.data.length], [96, 96, 96 * 96 * 3]);
      t.deepEqual([queries.length, boxesCxcywh.length, boxQueries.length], [columns, 4 * rows, rows * columns]);
      if (grid > 2) continue;
      for (let row = 0; row < Math.min(rows, boxLabels.length); row += 1) {
        const query = queries[boxQueries.subarray(row * columns, (row + 1) * columns).indexOf(1)]!;
        const colour = colourNames.find((word) => query.includes(word));
        if (colour === undefined) continue;
        all += 1;
        if (hasColour(pixels, boxesCxcywh.subarray(4 * row, 4 * row + 4), colours[colour])) right += 1;
      }
    }
    t.true(all > 100, `${all} boxes`);
    t.true(right > 0.9 * all, `${right} of ${all} boxes have their colour in them`);
  });
}

test('owl-vit: queries are prompts and negatives of others, none of them a label that is forbidden', async (t) => {
  const samples = await samplesOf(RECIPES['owl-vit']!);
  const queries = samples.flatMap((sample) => sample.queries);
  t.true(queries.some((query) => query.startsWith('a photo of')), 'prompted');
  const negatives = samples.flatMap(({ negativeLabels }) => negativeLabels);
  t.true(negatives.length > samples.length);
  for (const { boxLabels, negativeLabels } of samples) for (const label of boxLabels.flat()) t.false(negativeLabels.includes(label));
});

test('owl-vit: a forbidden label is in no query, box or negative', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'forbidden-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'labels.txt'), '# these stay unseen\nRed_circle\n');
  const queriesOf = async (forbidden: string): Promise<string[]> => (await samplesOf(() => owlVit.build({ ...common, epochs: 1, forbidden }) as Pipeline)).flatMap(({ queries }) => queries);
  t.true((await queriesOf('')).some((query) => query.includes('red circle')));
  t.false((await queriesOf(join(folder, 'labels.txt'))).some((query) => query.includes('red circle')));
});

/** Patches back at their places in a picture, the others black. */
function pictureOf({ data, rows, columns, grid, width: values }: Patches): Made['pixels'] {
  const side = Math.sqrt(values / 3);
  const width = (grid[1] as number) * side;
  const out = new Uint8Array((grid[0] as number) * side * width * 3);
  for (const [token, row] of rows.entries()) {
    for (let y = 0; y < side; y += 1) out.set((data as Uint8Array).subarray(token * values + y * side * 3, token * values + (y + 1) * side * 3), ((row * side + y) * width + (columns[token] as number) * side) * 3);
  }
  return { width, height: (grid[0] as number) * side, data: out };
}

/** Whether a pixel in the box is near to a colour: the noise and the jitter of the shapes world are small beside the distances of its colours. */
function hasColour({ width, data }: Made['pixels'], [cx, cy, w, h]: Float32Array, [red, green, blue]: readonly [number, number, number]): boolean {
  for (let y = Math.floor((cy! - h! / 2) * width); y < (cy! + h! / 2) * width; y += 1) {
    for (let x = Math.floor((cx! - w! / 2) * width); x < (cx! + w! / 2) * width; x += 1) {
      const at = 3 * (y * width + x);
      if (Math.hypot(data[at]! - red, data[at + 1]! - green, data[at + 2]! - blue) < 75) return true;
    }
  }
  return false;
}
