/**
 * How long a resume from S3 takes until its first batch: 16 indexed shards of 250 samples of 110 kB on a real server of this machine (its store is in memory),
 * 16 lanes that read 4 extents at a time, a shuffle window of 2048 over the run, batches of 256. `coldResume` is the same from a local disk.
 *
 *   node --import tsx bench/coldResumeS3.ts [radosgw|versitygw] [window, 2048] [resumes of each place, 3]
 *
 * The stream is run through once and a checkpoint kept at 5 places. Each is then resumed by new processes, without a cache, which print what the first batch
 * took, from the start of the process, and what it asked of the server. The server is on the same cores.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
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
import type { ObjectStore } from '../storage/objectStore.js';
import { openStores, type OpenStores } from '../storage/openStores.js';
import { startS3Server, type S3ServerName } from '../tests/conformance/s3Server.js';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const [SHARDS, RECORDS, IMAGE_BYTES, LANES, SIZE, PLACES] = [16, 250, 110_000, 16, 256, 5];
const FOLDER = 's3://bench/cold';
const write = (line: string): unknown => process.stdout.write(`${line}\n`);

async function open({ stores }: OpenStores, window: number): Promise<Stream> {
  const source = readTar(`${FOLDER}/*.tar`, { fields: { image: bytes('jpg'), text: utf8('txt') } });
  return await openStream(pipeline(interleave(source, 4), shuffle<Sample>({ window, maxBytes: 64 * 2 ** 20 }), batch({ size: SIZE })), {
    seed: 1, lanes: LANES, stores, signal: new AbortController().signal, maxInFlightBytes: 8 * 2 ** 30,
  });
}

async function makeShards(store: ObjectStore): Promise<void> {
  const image = new Uint8Array(IMAGE_BYTES);
  for (let at = 0; at < image.length; at += 1) image[at] = Math.imul(at, 2654435761) >>> 13;
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const pieces: Uint8Array[] = [];
    for (let record = 0; record < RECORDS; record += 1) {
      const key = `${shard}-${record}`;
      pieces.push(...tarMember(`${key}.jpg`, image), ...tarMember(`${key}.txt`, Buffer.from(`caption ${key}`)));
    }
    const content = Buffer.concat([...pieces, tarEnd()]);
    const url = `${FOLDER}/${String(shard).padStart(5, '0')}.tar`;
    for (const [name, data] of [[url + INDEX_ENDING, encodeIndex(await indexShard((async function* () { yield content; })()), content.length)], [url, content]] as const) {
      const writer = await store.openWrite(name);
      await writer.write(data);
      await writer.close();
    }
  }
}

async function firstBatch(checkpoint: string, window: number): Promise<void> {
  const remote = openStores();
  const stream = await open(remote, window);
  const planned = performance.now();
  for await (const { contributions } of stream.steps(JSON.parse(readFileSync(checkpoint, 'utf8')) as Checkpoint)) {
    const samples = contributions.reduce((sum, entry) => sum + entry.samples.length, 0);
    const { requests, bytesRead } = remote.meter.snapshot();
    write(JSON.stringify({ seconds: performance.now() / 1000, planned: planned / 1000, samples, requests, mb: bytesRead / 1e6, rss: process.memoryUsage().rss / 2 ** 20 }));
    process.exit(0);
  }
}

async function measure(name: S3ServerName, window: number, resumes: number): Promise<void> {
  const server = await startS3Server(name);
  Object.assign(process.env, server.env);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cold-'));
  try {
    await new S3Client({ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true, credentials: server }).send(new CreateBucketCommand({ Bucket: 'bench' }));
    const remote = openStores();
    await makeShards(remote.stores(FOLDER));
    const stream = await open(remote, window);
    const all = Math.floor((SHARDS * RECORDS) / SIZE);
    const wanted = new Set(Array.from({ length: PLACES }, (_, nth) => Math.floor(((nth + 0.5) * all) / PLACES)));
    for await (const { step } of stream.steps()) {
      if (wanted.has(step + 1)) writeFileSync(join(folder, `${step + 1}.json`), JSON.stringify(stream.checkpoint()));
    }
    for (const step of wanted) {
      for (let nth = 0; nth < resumes; nth += 1) {
        const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), 'resume', String(window), join(folder, `${step}.json`)]);
        const { seconds, planned, samples, requests, mb, rss } = JSON.parse(stdout) as Record<string, number>;
        write(`step ${String(step).padStart(2)} of ${all}: first batch of ${samples} after ${seconds!.toFixed(2)} s (${planned!.toFixed(2)} s of them until planned), ${requests} requests, ${mb!.toFixed(0)} MB, RSS ${rss!.toFixed(0)} MB`);
      }
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const [, , name = 'radosgw', window = '2048', last] = process.argv;
if (name === 'resume') await firstBatch(last as string, Number(window));
else await measure(name as S3ServerName, Number(window), Number(last ?? 3));
process.exit(0);
