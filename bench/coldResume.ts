/**
 * How long a resume takes until its first batch, with nothing in the page cache: 100,000 samples of 110 kB in 100 shards, 16 lanes that read 4 extents at a
 * time, the shuffle window of the streaming recipes (8192 over the run), batches of 256.
 *
 *   npx tsx bench/coldResume.ts FOLDER        (FOLDER needs 11 GB; the shards are made there once, with their indexes)
 *
 * The stream is run through once and a checkpoint kept at 8 places. Each is then resumed by a new process, which prints what its first batch took, from the
 * start of the process: starting Node and loading TypeScript are in it. The page cache is dropped before each (Linux, as root; otherwise the output
 * says WARM).
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Checkpoint } from '../engine/checkpoint.js';
import { pipeline } from '../engine/pipeline.js';
import type { Sample } from '../engine/sample.js';
import { openStream, type Stream } from '../engine/stream.js';
import { bytes, utf8 } from '../formats/fields.js';
import { encodeIndex, INDEX_ENDING, indexShard } from '../formats/tar/shardIndex.js';
import { tarEnd, tarMember } from '../formats/tar/tarWriter.js';
import { batch } from '../operators/flow/batch.js';
import { shuffle } from '../operators/flow/shuffle.js';
import { interleave } from '../sources/interleave.js';
import { readTar } from '../sources/readTar.js';
import { createStores } from '../storage/stores.js';

const [SHARDS, RECORDS, IMAGE_BYTES, LANES, SIZE] = [100, 1000, 110_000, 16, 256];
const PLACES = 8;

const write = (line: string): unknown => process.stdout.write(`${line}\n`);
const stores = createStores();

async function open(folder: string): Promise<Stream> {
  const source = readTar(join(folder, '*.tar'), { fields: { image: bytes('jpg'), text: utf8('txt') } });
  return await openStream(pipeline(interleave(source, 4), shuffle<Sample>({ window: 8192, maxBytes: 64 * 2 ** 20 }), batch({ size: SIZE })), {
    seed: 1, lanes: LANES, stores, signal: new AbortController().signal, maxInFlightBytes: 8 * 2 ** 30,
  });
}

async function makeShards(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const image = new Uint8Array(IMAGE_BYTES);
  for (let at = 0; at < image.length; at += 1) image[at] = Math.imul(at, 2654435761) >>> 13;
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const file = join(folder, `${String(shard).padStart(5, '0')}.tar`);
    if (existsSync(file)) continue;
    const pieces: Uint8Array[] = [];
    for (let record = 0; record < RECORDS; record += 1) {
      const key = `${shard}-${record}`;
      pieces.push(...tarMember(`${key}.jpg`, image), ...tarMember(`${key}.txt`, Buffer.from(`caption ${key}`)));
    }
    const content = Buffer.concat([...pieces, tarEnd()]);
    writeFileSync(file + INDEX_ENDING, encodeIndex(await indexShard((async function* () { yield content; })()), content.length));
    writeFileSync(file, content);
  }
}

async function firstBatch(folder: string, checkpoint: string): Promise<void> {
  const stream = await open(folder);
  for await (const { contributions } of stream.steps(JSON.parse(readFileSync(checkpoint, 'utf8')) as Checkpoint)) {
    const samples = contributions.reduce((sum, entry) => sum + entry.samples.length, 0);
    return void write(`${(performance.now() / 1000).toFixed(2)} ${samples} ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)}`);
  }
}

function dropCaches(): boolean {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}

async function measure(folder: string): Promise<void> {
  const stream = await open(folder);
  const steps = Math.floor((SHARDS * RECORDS) / SIZE);
  const wanted = new Set(Array.from({ length: PLACES }, (_, nth) => Math.floor(((nth + 0.37) * steps) / PLACES)));
  const saved: { step: number; file: string; bytes: number }[] = [];
  for await (const { step } of stream.steps()) {
    if (!wanted.has(step + 1)) continue;
    const text = JSON.stringify(stream.checkpoint());
    const file = join(folder, `step-${step + 1}.json`);
    writeFileSync(file, text);
    saved.push({ step: step + 1, file, bytes: text.length });
    if (saved.length === wanted.size) break;
  }
  for (const { step, file, bytes: size } of saved) {
    const cold = dropCaches();
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), folder, file]);
    const [seconds, samples, rss] = stdout.trim().split(' ');
    write(`step ${String(step).padStart(3)} of ${steps}: first batch of ${samples} after ${seconds} s ${cold ? 'cold' : 'WARM'}, RSS ${rss} MB, checkpoint ${size} bytes`);
  }
}

const [folder, checkpoint] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder? npx tsx bench/coldResume.ts FOLDER');
if (checkpoint === undefined) {
  await makeShards(folder);
  await measure(folder);
} else await firstBatch(folder, checkpoint);
