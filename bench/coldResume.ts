/**
 * How long a resume takes until its first batch, with nothing in the page cache, over 16 lanes that read 4 extents at a time, in batches of 256.
 *
 *   npx tsx bench/coldResume.ts FOLDER                   (11 GB) 100,000 samples of 110 kB in 100 shards through the shuffle window of the streaming recipes alone
 *   npx tsx bench/coldResume.ts FOLDER navit-siglip      (2 GB) 20,000 pictures of 640 x 480 and about 110 kB in 20 shards through pipelines/navit-siglip.ts as it is
 *
 * The shards are made in FOLDER once, with their indexes. The stream is run through once and a checkpoint kept at some places. Each is then resumed by a new
 * process, which prints what its first batch took, from the start of the process (starting Node and loading TypeScript are in it), and the one after it: a
 * batch of 256 sequences of pictures takes its time without any resume. The page cache is dropped before each (Linux, as root; otherwise the output says WARM).
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Checkpoint } from '../engine/checkpoint.js';
import { pipeline, type Pipeline } from '../engine/pipeline.js';
import { parseParams } from '../engine/recipe.js';
import type { Sample } from '../engine/sample.js';
import { openStream, type Stream } from '../engine/stream.js';
import { bytes, utf8 } from '../formats/fields.js';
import { encodeJpeg } from '../formats/image/encodeJpeg.js';
import { encodeIndex, INDEX_ENDING, indexShard } from '../formats/tar/shardIndex.js';
import { tarEnd, tarMember } from '../formats/tar/tarWriter.js';
import { counterRandom } from '../kernels/random.js';
import { resizeImage } from '../kernels/resizeImage.js';
import { drawScene } from '../kernels/shapesWorld/index.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import navitSiglip from '../pipelines/navit-siglip.js';
import { interleave } from '../sources/interleave.js';
import { readTar } from '../sources/readTar.js';
import { createStores } from '../storage/stores.js';

const [LANES, SIZE, IMAGE_BYTES] = [16, 256, 110_000];

interface Row {
  readonly shards: number;
  /** In each shard. */
  readonly records: number;
  /** The pictures that the records have in turn. */
  readonly images: () => Promise<readonly Uint8Array[]>;
  readonly make: (input: string) => Pipeline;
  readonly budget: number;
  /** After which steps a checkpoint is kept. */
  readonly steps: readonly number[];
}

const ROWS: Readonly<Record<string, Row>> = {
  shuffle: {
    shards: 100,
    records: 1000,
    images: async () => [Uint8Array.from({ length: IMAGE_BYTES }, (_, at) => Math.imul(at, 2654435761) >>> 13)],
    make: (input) => pipeline(interleave(readTar(input, { fields: { image: bytes('jpg'), text: utf8('txt') } }), 4), shuffle<Sample>({ window: 8192, maxBytes: 64 * 2 ** 20 }), batch({ size: SIZE })),
    budget: 8 * 2 ** 30,
    steps: [18, 66, 115, 164, 213, 261, 310, 359],
  },
  'navit-siglip': {
    shards: 20,
    records: 1000,
    images: () => Promise.all(Array.from({ length: 64 }, (_, n) => grainyPicture(n))),
    make: (input) => navitSiglip.build(parseParams(navitSiglip, { in: input, batch: String(SIZE) })) as Pipeline,
    budget: 2 * 2 ** 30,
    steps: [1, 2, 3],
  },
};

/** Drawn scenes are smooth and small; grain makes them as many bytes, and as slow to decode, as photographs. */
async function grainyPicture(n: number): Promise<Uint8Array> {
  const { width, height, data } = resizeImage(drawScene(0, n).image, { width: 640, height: 480, method: 'bicubic' });
  const random = counterRandom('grain', n);
  return encodeJpeg({ width, height, data: Uint8Array.from(data, (value) => Math.min(255, Math.max(0, value + random.integer(-18, 18)))) }, { quality: 90 });
}

const write = (line: string): unknown => process.stdout.write(`${line}\n`);
const stores = createStores();

async function open(folder: string, { make, budget }: Row): Promise<Stream> {
  return await openStream(make(join(folder, '*.tar')), { seed: 1, lanes: LANES, stores, signal: new AbortController().signal, maxInFlightBytes: budget });
}

async function makeShards(folder: string, { shards, records, images }: Row): Promise<void> {
  mkdirSync(folder, { recursive: true });
  let drawn: readonly Uint8Array[] | undefined;
  for (let shard = 0; shard < shards; shard += 1) {
    const file = join(folder, `${String(shard).padStart(5, '0')}.tar`);
    if (existsSync(file)) continue;
    drawn ??= await images();
    const pieces: Uint8Array[] = [];
    for (let record = 0; record < records; record += 1) {
      const key = `${shard}-${record}`;
      pieces.push(...tarMember(`${key}.jpg`, drawn[record % drawn.length] as Uint8Array), ...tarMember(`${key}.txt`, Buffer.from(`caption ${key}`)));
    }
    const content = Buffer.concat([...pieces, tarEnd()]);
    writeFileSync(file + INDEX_ENDING, encodeIndex(await indexShard((async function* () { yield content; })()), content.length));
    writeFileSync(file, content);
  }
}

/** Seconds of the wall and of the processors since the process began. */
const spent = (): readonly [wall: number, cpu: number] => {
  const { user, system } = process.cpuUsage();
  return [performance.now() / 1000, (user + system) / 1e6];
};

async function firstBatches(folder: string, row: Row, checkpoint: string): Promise<void> {
  const stream = await open(folder, row);
  const times: (readonly [number, number])[] = [[0, 0]];
  let samples = 0;
  for await (const { contributions } of stream.steps(JSON.parse(readFileSync(checkpoint, 'utf8')) as Checkpoint)) {
    times.push(spent());
    samples ||= contributions.reduce((sum, entry) => sum + entry.samples.length, 0);
    if (times.length === 3) break;
  }
  const texts = times.slice(1).map(([wall, cpu], place) => `${(wall - (times[place]?.[0] ?? 0)).toFixed(2)} s (${(cpu - (times[place]?.[1] ?? 0)).toFixed(2)} s of processor time)`);
  write(`first batch of ${samples} after ${texts.join(', the next after ')}, RSS ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`);
}

function dropCaches(): boolean {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}

async function measure(folder: string, name: string, row: Row): Promise<void> {
  const stream = await open(folder, row);
  const wanted = new Set(row.steps);
  const saved: { step: number; file: string; bytes: number }[] = [];
  for await (const { step } of stream.steps()) {
    if (!wanted.has(step + 1)) continue;
    const text = JSON.stringify(stream.checkpoint());
    const file = join(folder, `${name}-step-${step + 1}.json`);
    writeFileSync(file, text);
    saved.push({ step: step + 1, file, bytes: text.length });
    if (saved.length === wanted.size) break;
  }
  for (const { step, file, bytes: size } of saved) {
    const cold = dropCaches();
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), folder, name, file]);
    write(`${name}, step ${String(step).padStart(3)}, ${cold ? 'cold' : 'WARM'}: ${stdout.trim()}, checkpoint ${size} bytes`);
  }
}

const [folder = 'out/coldResume', name = 'shuffle', checkpoint] = process.argv.slice(2);
const row = ROWS[name];
if (row === undefined) throw new Error(`which of ${Object.keys(ROWS).join(', ')}? npx tsx bench/coldResume.ts FOLDER [ROW]`);
if (checkpoint === undefined) {
  await makeShards(folder, row);
  await measure(folder, name, row);
} else await firstBatches(folder, row, checkpoint);
