/**
 * The orders of some recipes, kept: a change of any draw, window, dealing or mixture shows here. When the change is meant, say in CHANGELOG.md that
 * checkpoints of before do not resume, and renew the files:
 *
 *   MILLRACE_RENEW_ORDERS=1 npx ava tests/engine/orders.test.ts
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import type { Pipeline } from '../../engine/pipeline.js';
import type { StoresOf } from '../../engine/stage.js';
import flexivit from '../../pipelines/flexivit.js';
import navitSiglip from '../../pipelines/navit-siglip.js';
import owlStTrain from '../../pipelines/owl-st-train.js';
import owlVit from '../../pipelines/owl-vit.js';
import siglip from '../../pipelines/siglip.js';
import vit from '../../pipelines/vit.js';
import { memoryStore } from '../../storage/memoryStore.js';
import everything from '../helpers/recipes/everything.js';
import { boxShard, CLASSES, pictureShard } from '../helpers/pictures.js';
import { putObject } from '../helpers/shards.js';
import { captionStores, world } from '../helpers/streams.js';
import { TINY_TRAINING } from '../helpers/tinyTraining.js';

interface Kept {
  readonly recipe: string;
  readonly make: () => Pipeline;
  readonly stores: () => Promise<StoresOf>;
  readonly steps: number;
  /** Cursors hold byte offsets: kept where the bytes of the input are ours alone, and no JPEG encoder's. */
  readonly cursors: boolean;
}

const PICTURES = 'memory://pictures/{0..2}.tar';
async function pictureStores(): Promise<StoresOf> {
  const store = memoryStore();
  for (const [shard, records] of [21, 16, 30].entries()) await putObject(store, `memory://pictures/${shard}.tar`, await pictureShard(shard, records, shard === 0 ? [5] : []));
  return () => store;
}

const BOXES = 'memory://boxes/{0..2}.tar';
async function boxStores(): Promise<StoresOf> {
  const store = memoryStore();
  for (const [shard, records] of [21, 16, 30].entries()) await putObject(store, `memory://boxes/${shard}.tar`, await boxShard(shard, records, shard === 0 ? { damaged: [5], unread: [7] } : {}));
  return () => store;
}

/** In each, three epochs end within the steps, differently in each lane. */
const KEPT: readonly Kept[] = [
  {
    recipe: 'tests/helpers/recipes/everything.ts',
    make: () => everything.build({ in: 'memory://web/{0..7}.tar', more: 'memory://more/{0..2}.tar', epochs: 4, delays: 0 }),
    stores: () => captionStores({ web: [97, 61, 110, 83, 45, 72, 99, 101], more: [88, 120, 64] }),
    steps: 20,
    cursors: true,
  },
  { recipe: 'pipelines/navit-siglip.ts', make: () => navitSiglip.build({ ...TINY_TRAINING, in: PICTURES, epochs: 4, batch: 16, length: 20, maxSide: 80, drop: 0.5, open: 2, tokenizer: '', window: 64 }), stores: pictureStores, steps: 6, cursors: false },
  { recipe: 'pipelines/vit.ts', make: () => vit.build({ ...TINY_TRAINING, in: PICTURES, epochs: 4, classes: CLASSES, size: 8, batch: 16, window: 64, magnitude: 10, mixup: 0 }), stores: pictureStores, steps: 14, cursors: false },
  {
    recipe: 'pipelines/flexivit.ts',
    make: () => flexivit.build({ ...TINY_TRAINING, in: PICTURES, epochs: 4, classes: CLASSES, size: 8, grids: '1,2,4,8', batch: 32, window: 64, mixup: 1 }),
    stores: pictureStores,
    steps: 7,
    cursors: false,
  },
  { recipe: 'pipelines/owl-vit.ts', make: () => owlVit.build({ in: BOXES, forbidden: '', epochs: 8, size: 12, batch: 16, window: 64, negatives: 32 }), stores: boxStores, steps: 6, cursors: false },
  {
    recipe: 'pipelines/owl-st-train.ts',
    make: () => owlStTrain.build({ in: BOXES, epochs: 8, minScore: 0.1, size: 12, patch: 4, drop: 0.5, batch: 16, window: 64, negatives: 32, maxBoxes: 64, maxQueries: 64 }),
    stores: boxStores,
    steps: 4,
    cursors: false,
  },
  { recipe: 'pipelines/siglip.ts', make: () => siglip.build({ ...TINY_TRAINING, in: PICTURES, epochs: 4, size: 8, batch: 16, window: 64, tokenizer: '', tokens: 64, pad: 1 }), stores: pictureStores, steps: 14, cursors: false },
];

for (const { recipe, make, stores, steps: count, cursors } of KEPT) {
  const name = recipe.slice(recipe.lastIndexOf('/') + 1, -'.ts'.length);
  test(`the first ${count} steps of ${name} are those that they were`, async (t) => {
    const file = new URL(`../golden/orders/${name}.json`, import.meta.url);
    const { steps, dropped, fields, checkpoints } = await world(make, { stores: await stores(), steps: count, budget: 4e9, seed: 20260101 });
    t.is(steps.length, count);
    const digest = (texts: readonly string[]): string => createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);
    const now = {
      recipe,
      firstStep: (steps[0] as string[]).map((text) => text.split(' ')[0]),
      samples: steps.map(digest),
      dropped: dropped.map(digest),
      ...(fields.every((entry) => entry === undefined) ? {} : { fields }),
      ...(cursors ? { cursors: [...checkpoints.values()].map((saved) => digest(saved.cursors.map((cursor) => JSON.stringify(cursor)))) } : {}),
    };
    if (process.env.MILLRACE_RENEW_ORDERS === '1') await writeFile(file, `${JSON.stringify(now, undefined, 1)}\n`);
    t.deepEqual(now, JSON.parse(await readFile(file, 'utf8')), 'renew the file only if the order was meant to change: see the head of this test');
  });
}
