/**
 * What a sample of a streaming run costs as runs get longer and lanes more, and what memory does over ten epochs.
 *
 *   npx tsx bench/streamScale.ts
 *
 * A source of 1 kB samples in memory, 64 extents; filter, map, a shuffle of 1024 over all lanes, a batch of 64. Lengths 1,000 to 1,000,000
 * samples (more than 64,000 are epochs of 64,000), lanes 1 to 64. Cost is CPU time of the process over samples, garbage collection included, the
 * median of 3 runs, in rounds over all cells; the million is run once. A cost that grows along a row is a queue that is scanned, one that
 * grows down a column a price of lanes.
 *
 * Memory: heap and buffers after a forced collection at the end of each epoch of 100,000 samples, run with `node --expose-gc --import tsx`.
 */
import { keep } from '../engine/keep.js';
import { mapSample } from '../engine/mapSample.js';
import { pipeline, type Pipeline } from '../engine/pipeline.js';
import type { Sample } from '../engine/sample.js';
import type { Extent, Source } from '../engine/source.js';
import { openStream } from '../engine/stream.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { repeat } from '../sources/repeat.js';

const EXTENTS = 64;
const BATCH = 64;
const LONGEST_EPOCH = 64_000;
const LENGTHS = [1_000, 10_000, 100_000, 1_000_000];
const LANES = [1, 4, 16, 64];
const RUNS = 3;

interface Numbered extends Sample {
  readonly value: number;
  readonly data: Uint8Array;
}

/** Numbered samples of 1 kB, as many in each of 64 extents. */
function numbers(samples: number): Source<Numbered> {
  const each = Math.ceil(samples / EXTENTS);
  return {
    name: 'numbers',
    version: 1,
    options: { samples },
    plan: async () => Array.from({ length: EXTENTS }, (_, index): Extent => ({ index, shard: `numbers-${index}`, bytes: each * 1000, etag: '1' })),
    async *open(extent, from) {
      for (let record = from.record; record < each; record += 1) {
        const fields = { value: extent.index * each + record, data: new Uint8Array(1000) };
        yield { key: `${extent.index}-${record}`, record, byteOffset: record, fields, next: { record: record + 1, byte: record + 1 } };
      }
    },
  };
}

function graph(epoch: number, epochs: number): Pipeline {
  return pipeline(
    repeat(numbers(epoch), epochs),
    keep('not a multiple of 10', (sample) => sample.value % 10 !== 0),
    mapSample('next', (sample) => ({ value: sample.value + 1 })),
    shuffle({ window: 1024, maxBytes: 4 * 2 ** 20 }),
    batch({ size: BATCH }),
  ) as Pipeline;
}

/** Run a stream to its end; `seen` after every step. */
async function consume(pipe: Pipeline, lanes: number, seen: (samples: number) => void = () => {}): Promise<number> {
  const stores = (url: string): never => {
    throw new Error(`no store for ${url}`);
  };
  const stream = await openStream(pipe, { seed: 1, lanes, stores, signal: new AbortController().signal, maxInFlightBytes: 512 * 2 ** 20 });
  let samples = 0;
  for await (const { contributions } of stream.steps()) {
    for (const contribution of contributions) samples += contribution.samples.length;
    seen(samples);
  }
  return samples;
}

const write = (line: string): unknown => process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const costs = new Map<string, number[]>();
await consume(graph(10_000, 1), 4);
for (let run = 0; run < RUNS; run += 1) {
  for (const length of run === 0 ? LENGTHS : LENGTHS.slice(0, -1)) {
    for (const lanes of LANES) {
      const epochs = Math.ceil(length / LONGEST_EPOCH);
      const epoch = Math.ceil(length / epochs);
      const before = process.cpuUsage();
      await consume(graph(epoch, epochs), lanes);
      const { user, system } = process.cpuUsage(before);
      const cell = `${lanes} ${length}`;
      costs.set(cell, [...(costs.get(cell) ?? []), (user + system) / (Math.ceil(epoch / EXTENTS) * EXTENTS * epochs)]);
    }
  }
}
write(`CPU us a sample, Node ${process.versions.node}`);
write(['lanes', ...LENGTHS.map(String)].map((text) => text.padStart(10)).join(''));
for (const lanes of LANES) write([String(lanes), ...LENGTHS.map((length) => median(costs.get(`${lanes} ${length}`)!).toFixed(2))].map((text) => text.padStart(10)).join(''));

const EPOCH = 100_000;
const marks: number[] = [];
let epochsSeen = 0;
await consume(graph(EPOCH, 10), 16, (samples) => {
  if (samples < (epochsSeen + 1) * EPOCH * 0.85) return;
  epochsSeen += 1;
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  marks.push((heapUsed + arrayBuffers) / 2 ** 20);
});
write(`MB held near the end of each epoch of ${EPOCH} samples${globalThis.gc === undefined ? ' (no collection: start with --expose-gc)' : ''}: ${marks.map((mark) => mark.toFixed(1)).join(' ')}`);
