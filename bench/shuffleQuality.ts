/**
 * How good the order of an epoch is: ours (permuted extents, interleaved, windowed shuffle) and MosaicML's py1e at the same number of samples in
 * memory, against a true permutation.
 *
 *   npx tsx bench/shuffleQuality.ts
 *
 * 256 shards of 384 to 640 samples, batches of 256, 16 lanes. Ours is read from the engine's own stream. py1e is made here from what its
 * documentation says (docs.mosaicml.com, "Shuffling"): shards are permuted, and the samples of each are spread at random over a range of at most
 * `shuffle_block_size` around their shard's place; ordered by these places. That the spread is uniform, and that a shard is shuffled inside first,
 * is our reading; the page does not say. It holds whole shards, from the first of its samples to the last; we
 * hold the window (and one record of each open shard).
 *
 * All columns but the first two are ratios to what a true permutation is expected to have, so 1.00 is perfect:
 * - pairs: two samples of a batch are of one shard. More than 1: batches of too few shards.
 * - twins: two neighbours in a shard meet in a batch. More than 1: what was near in the data is near in training.
 * - apart: mean distance of two neighbours of a shard in the order. - spread: standard deviation of the places of a shard's samples.
 * - next: mean distance in the data of two neighbours in the order.
 * - drift: standard deviation over batches of the mean place in the shard. More than 1: batches of the beginnings of shards, then of the ends, which
 *   harms where shards are sorted inside.
 */
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { pipeline } from '../engine/pipeline.js';
import type { Sample } from '../engine/sample.js';
import type { Extent, Source } from '../engine/source.js';
import { openStream } from '../engine/stream.js';
import { hash32 } from '../kernels/hash.js';
import { counterRandom } from '../kernels/random.js';
import { interleave } from '../sources/interleave.js';

const SHARDS = 256;
const LANES = 16;
const BATCH = 256;
const sizes = Array.from({ length: SHARDS }, (_, shard) => 384 + (hash32(`shard ${shard}`) % 257));
const firsts = sizes.map((_, shard) => sizes.slice(0, shard).reduce((sum, size) => sum + size, 0));
const total = sizes.reduce((sum, size) => sum + size, 0);
const shardOf = sizes.flatMap((size, shard) => Array.from({ length: size }, () => shard));

interface Numbered extends Sample {
  readonly id: number;
}

/** The shards, each whole or cut into ranges of records, as an index allows. */
function shards(range = Infinity): Source<Numbered> {
  const extents = sizes.flatMap((size, shard) => Array.from({ length: Math.ceil(size / Math.min(range, size)) }, (_, part): Extent => ({
    index: 0, shard: `${shard}`, bytes: 0, etag: '', records: [part * Math.min(range, size), Math.min(size, (part + 1) * Math.min(range, size))],
  })));
  return {
    name: 'shards', version: 1, options: { range: String(range) },
    plan: async () => extents.map((extent, index) => ({ ...extent, index })),
    async *open({ shard, records }, from) {
      const [first, end] = records as readonly [number, number];
      for (let record = Math.max(first, from.record); record < end; record += 1) {
        yield { key: `${record}`, record, byteOffset: 0, next: { record: record + 1, byte: 0 }, fields: { id: (firsts[Number(shard)] as number) + record } };
      }
    },
  };
}

async function ours(window: number, slots: number, range?: number): Promise<number[]> {
  const stream = await openStream(pipeline(interleave(shards(range), slots), shuffle<Numbered>({ window }), batch({ size: BATCH })), {
    seed: 1, lanes: LANES, stores: () => { throw new Error('no store'); }, signal: new AbortController().signal, maxInFlightBytes: 2 ** 40,
  });
  const order: number[] = [];
  for await (const { contributions } of stream.steps()) order.push(...contributions.flatMap(({ samples }) => (samples as readonly Numbered[]).map(({ id }) => id)));
  return order;
}

/** py1e by its description, on one canonical node. */
function py1e(block: number): number[] {
  const random = counterRandom('py1e', 1);
  const places: { id: number; place: number }[] = [];
  let at = 0;
  for (const shard of random.shuffle(sizes.map((_, index) => index))) {
    const size = sizes[shard] as number;
    const reach = Math.max(0, block - size) / 2;
    const ids = random.shuffle(Array.from({ length: size }, (_, record) => (firsts[shard] as number) + record));
    for (const [nth, id] of ids.entries()) places.push({ id, place: at + nth + reach * (2 * random.uniform() - 1) });
    at += size;
  }
  return places.toSorted((a, b) => a.place - b.place).map(({ id }) => id);
}

/** Most samples that whole shards held from their first to their last sample make together. */
function heldShards(order: readonly number[]): number {
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [place, id] of order.entries()) {
    const shard = shardOf[id] as number;
    if (!first.has(shard)) first.set(shard, place);
    last.set(shard, place);
  }
  const changes = [...first].map(([shard, place]) => [place, sizes[shard] as number]).concat([...last].map(([shard, place]) => [place + 1, -(sizes[shard] as number)])) as [number, number][];
  let held = 0;
  let most = 0;
  for (const [, change] of changes.toSorted((a, b) => a[0] - b[0])) most = Math.max(most, (held += change));
  return most;
}

function quality(order: readonly number[]): number[] {
  const place = new Int32Array(total);
  for (const [at, id] of order.entries()) place[id] = at;
  let pairs = 0;
  const drifts: number[] = [];
  const batches = Math.floor(order.length / BATCH);
  for (let nth = 0; nth < batches; nth += 1) {
    const counts = new Map<number, number>();
    let inside = 0;
    for (const id of order.slice(nth * BATCH, (nth + 1) * BATCH)) {
      const shard = shardOf[id] as number;
      pairs += counts.get(shard) ?? 0;
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
      inside += (id - (firsts[shard] as number)) / (sizes[shard] as number) - 0.5;
    }
    drifts.push(inside / BATCH);
  }
  let twins = 0;
  let apart = 0;
  let neighbours = 0;
  let next = 0;
  for (let id = 1; id < total; id += 1) {
    next += Math.abs((order[id] as number) - (order[id - 1] as number));
    if (shardOf[id] !== shardOf[id - 1]) continue;
    neighbours += 1;
    const [a, b] = [place[id - 1] as number, place[id] as number];
    if (Math.floor(a / BATCH) === Math.floor(b / BATCH)) twins += 1;
    apart += Math.abs(a - b);
  }
  const spread = sizes.reduce((sum, size, shard) => sum + deviation(Array.from({ length: size }, (_, record) => place[(firsts[shard] as number) + record] as number)), 0) / SHARDS;
  const samePairs = sizes.reduce((sum, size) => sum + size * (size - 1), 0) / (total * (total - 1));
  return [
    pairs / (batches * (BATCH * (BATCH - 1)) / 2) / samePairs,
    twins / neighbours / ((BATCH - 1) / (total - 1)),
    apart / neighbours / (total / 3),
    spread / (total / Math.sqrt(12)),
    next / (total - 1) / (total / 3),
    deviation(drifts) * Math.sqrt(12 * BATCH),
  ];
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const rows: [string, number | string, number[]][] = [['a true permutation', total, counterRandom('truth', 1).shuffle(Array.from({ length: total }, (_, id) => id))]];
for (const memory of [4096, 8192, 32_768]) {
  const theirs = py1e(memory);
  rows.push([`py1e, block ${memory}`, heldShards(theirs), theirs]);
  for (const slots of [1, 4, 8]) rows.push([`ours, window ${memory}, interleave ${slots}`, memory + LANES * slots, await ours(memory, slots)]);
  for (const [slots, range] of [[4, 64], [4, 16], [4, 8], [16, 16], [16, 4]] as const) rows.push([`ours, window ${memory}, interleave ${slots}, ranges of ${range}`, memory + LANES * slots, await ours(memory, slots, range)]);
}
process.stdout.write(`${total} samples in ${SHARDS} shards; ratios to a true permutation, 1.00 is perfect\n`);
process.stdout.write(`${['order'.padEnd(48), 'held', 'pairs', 'twins', 'apart', 'spread', 'next', 'drift'].map((text, index) => (index === 0 ? text : text.padStart(7))).join(' ')}\n`);
for (const [name, held, order] of rows) {
  if (new Set(order).size !== total) throw new Error(`${name}: ${new Set(order).size} of ${total} samples`);
  process.stdout.write(`${[name.padEnd(48), String(held).padStart(7), ...quality(order).map((value) => value.toFixed(2).padStart(7))].join(' ')}\n`);
}
