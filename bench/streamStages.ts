/**
 * Samples per second of each stage of the streaming recipes, and of the whole.
 *
 *   npx tsx bench/streamStages.ts 'SHARDS'      (tars with images, texts and class numbers; without: drawn pictures of 640 x 480)
 *
 * The stages are added one after the other: a row is the recipe up to that stage, pulled through `openStream`, and the stage's own cost is the difference
 * of wall time to the row before. Three rounds over all rows, medians; a difference that is smaller than the noise of its rows is shown as `-`.
 */
import { availableParallelism } from 'node:os';
import type { Pipeline } from '../engine/pipeline.js';
import { openStream } from '../engine/stream.js';
import type { StoresOf } from '../engine/stage.js';
import { encodeJpeg } from '../formats/image/encodeJpeg.js';
import { tarEnd, tarMember } from '../formats/tar/tarWriter.js';
import { resizeImage } from '../kernels/resizeImage.js';
import { drawScene } from '../kernels/shapesWorld/index.js';
import siglip from '../pipelines/siglip.js';
import vit from '../pipelines/vit.js';
import everything from '../tests/helpers/recipes/everything.js';
import { captionStores } from '../tests/helpers/streams.js';
import { memoryStore } from '../storage/memoryStore.js';
import { TINY_TRAINING } from '../tests/helpers/tinyTraining.js';

const ROUNDS = 3;
const [SHARDS, RECORDS] = [8, 64];

async function drawn(): Promise<StoresOf> {
  const store = memoryStore();
  const text = new TextEncoder();
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const writer = await store.openWrite(`memory://pictures/${shard}.tar`);
    for (let n = 0; n < RECORDS; n += 1) {
      const image = resizeImage(drawScene(shard, n).image, { width: 640, height: 480, method: 'bicubic' });
      for (const part of [...tarMember(`${n}.jpg`, await encodeJpeg(image)), ...tarMember(`${n}.txt`, text.encode(`picture ${n}`)), ...tarMember(`${n}.cls`, text.encode(String(n % 10)))]) await writer.write(part);
    }
    await writer.write(tarEnd());
    await writer.close();
  }
  return () => store;
}

/** The recipe up to `stages` stages, and its batch. */
function upTo(pipe: Pipeline, stages: number): Pipeline {
  return { ...pipe, stages: [...pipe.stages.slice(0, stages), pipe.stages.at(-1)!] };
}

async function seconds(pipe: Pipeline, stores: StoresOf, workers: number): Promise<{ readonly samples: number; readonly seconds: number }> {
  const stream = await openStream(pipe, { seed: 1, lanes: 16, stores, signal: new AbortController().signal, maxInFlightBytes: 4 * 2 ** 30, workers });
  const began = performance.now();
  let samples = 0;
  for await (const { contributions } of stream.steps()) samples += contributions.reduce((sum, entry) => sum + entry.samples.length, 0);
  return { samples, seconds: (performance.now() - began) / 1000 };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const write = (line: string): unknown => process.stdout.write(`${line}\n`);
const pictures = await drawn();
const captions = await captionStores({ web: Array.from({ length: 16 }, () => 400), more: Array.from({ length: 16 }, () => 150) });
const recipes = {
  vit: [() => vit.build({ ...TINY_TRAINING, in: 'memory://pictures/{0..7}.tar', classes: 10, epochs: 1, size: 224, batch: 32, window: 128, magnitude: 10, mixup: 0 }) as Pipeline, pictures],
  siglip: [() => siglip.build({ ...TINY_TRAINING, in: 'memory://pictures/{0..7}.tar', epochs: 1, size: 224, batch: 32, window: 128, tokenizer: '', tokens: 64, pad: 1 }) as Pipeline, pictures],
  everything: [() => everything.build({ in: 'memory://web/{0..15}.tar', more: 'memory://more/{0..15}.tar', epochs: 1, delays: 0 }) as Pipeline, captions],
} as const;
for (const [name, [make, stores]] of Object.entries(recipes)) {
  const whole = make();
  const rows = Array.from({ length: whole.stages.length }, (_, at) => at);
  const times = rows.map((): number[] => []);
  const counts = rows.map(() => 0);
  const threads = Math.max(0, availableParallelism() - 2);
  await seconds(upTo(whole, whole.stages.length - 1), stores, threads);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const at of rows) {
      const took = await seconds(upTo(make(), at), stores, threads);
      times[at]!.push(took.seconds);
      counts[at] = took.samples;
    }
  }
  write(`${name}, ${threads} kernel threads`);
  for (const at of rows) {
    const spread = (row: number): number => Math.max(...times[row]!) - Math.min(...times[row]!);
    const own = at === 0 ? median(times[0]!) : median(times[at]!) - median(times[at - 1]!);
    const visible = at === 0 || own > Math.max(spread(at), spread(at - 1)) / 2;
    const stage = at === 0 ? whole.source.name : whole.stages[at - 1]!.name;
    write(`  ${stage.padEnd(16)} up to here ${(counts[at]! / median(times[at]!)).toFixed(0).padStart(7)} samples/s   alone ${(visible ? (counts[Math.max(0, at - 1)]! / own).toFixed(0) : '-').padStart(7)}`);
  }
}
