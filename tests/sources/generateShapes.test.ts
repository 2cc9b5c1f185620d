import test from 'ava';
import type { Extent } from '../../engine/source.js';
import { readImageHeader } from '../../formats/image/header.js';
import { generateShapes, type GenerateShapesOptions, type ShapesSample } from '../../sources/generateShapes.js';
import { noStores } from '../helpers/lanes.js';

const tools = { stores: noStores, signal: new AbortController().signal };

async function all(options: GenerateShapesOptions, { limit, from = 0 }: { limit?: number; from?: number } = {}) {
  const source = generateShapes(options);
  const found: { extent: Extent; key: string; record: number; next: number; fields: Pick<ShapesSample, 'image' | 'text' | 'scene'> }[] = [];
  for (const extent of await source.plan({ ...tools, ...(limit === undefined ? {} : { limit }) })) {
    for await (const { key, record, next, fields } of source.open(extent, { record: from, byte: 0 }, tools)) {
      found.push({ extent, key, record, next: next.record, fields: fields as Pick<ShapesSample, 'image' | 'text' | 'scene'> });
    }
  }
  return found;
}

const planned = async (options: GenerateShapesOptions, limit?: number) =>
  (await generateShapes(options).plan({ ...tools, ...(limit === undefined ? {} : { limit }) })).map(({ shard, records }) => [shard, ...(records ?? [])]);

test('count and perShard make the extents; a limit cuts them', async (t) => {
  t.deepEqual(await planned({ count: 5, perShard: 2, worldSeed: 9 }), [['shapes-world/9/0', 0, 2], ['shapes-world/9/1', 0, 2], ['shapes-world/9/2', 0, 1]]);
  t.deepEqual(await planned({ count: 5, perShard: 2 }, 3), [['shapes-world/0/0', 0, 2], ['shapes-world/0/1', 0, 1]]);
  t.deepEqual(await planned({ count: 256 }), [['shapes-world/0/0', 0, 256]]);
  t.deepEqual(await planned({ count: 5, perShard: 2 }, 99), await planned({ count: 5, perShard: 2 }));
});

test('each picture is a JPEG of the size that its scene says, with boxes inside it and a caption', async (t) => {
  for (const { fields } of await all({ count: 6, perShard: 4 })) {
    const { width, height, objects } = fields.scene;
    t.is(fields.image.extension, 'jpg');
    t.deepEqual([...fields.image.data.subarray(0, 3)], [0xff, 0xd8, 0xff]);
    const header = readImageHeader(fields.image.data);
    t.deepEqual([header.width, header.height], [width, height]);
    t.is(typeof fields.text, 'string');
    for (const { box } of objects) t.true(box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height && box[0] < box[2] && box[1] < box[3]);
  }
});

test('keys run through all shards, records within each', async (t) => {
  const found = await all({ count: 5, perShard: 2 });
  t.deepEqual(found.map(({ key, record, next }) => [key, record, next]), [['000000000', 0, 1], ['000000001', 1, 2], ['000000002', 0, 1], ['000000003', 1, 2], ['000000004', 0, 1]]);
});

test('a function of its options alone: the same again, resumed, and cut into other shards', async (t) => {
  const whole = await all({ count: 6, perShard: 6, worldSeed: 3 });
  const fieldsOf = (found: typeof whole): unknown[] => found.map(({ key, fields }) => [key, fields]);
  t.deepEqual(fieldsOf(await all({ count: 6, perShard: 6, worldSeed: 3 })), fieldsOf(whole));
  t.deepEqual(fieldsOf(await all({ count: 6, perShard: 2, worldSeed: 3 })), fieldsOf(whole));
  t.deepEqual(fieldsOf(await all({ count: 6, perShard: 6, worldSeed: 3 }, { from: 4 })), fieldsOf(whole.slice(4)));
  t.notDeepEqual(fieldsOf(await all({ count: 6, perShard: 6, worldSeed: 4 })), fieldsOf(whole));
});

test('quality and balance change the pictures, and stand in the options', async (t) => {
  const [fine] = await all({ count: 1 });
  const [coarse] = await all({ count: 1, quality: 20 });
  t.true((coarse?.fields.image.data.length ?? 0) < (fine?.fields.image.data.length ?? 0));
  t.deepEqual(fine?.fields.scene, coarse?.fields.scene);
  t.deepEqual(generateShapes({ count: 1, quality: 20, balanced: true }).options, { count: 1, perShard: 256, worldSeed: 0, balanced: true, quality: 20 });
});

test('options are checked', (t) => {
  t.throws(() => generateShapes({ count: 0 }), { name: 'UsageError', message: 'generateShapes: `count` must be an integer from 1 up, got 0' });
  t.throws(() => generateShapes({ count: 1, perShard: 0 }), { message: /`perShard`/ });
  t.throws(() => generateShapes({ count: 1, worldSeed: 2 ** 32 }), { message: 'generateShapes: `worldSeed` must be an integer from 0 to 4294967295, got 4294967296' });
  t.throws(() => generateShapes({ count: 1, quality: 101 }), { message: 'generateShapes: `quality` must be an integer from 1 to 100, got 101' });
});
