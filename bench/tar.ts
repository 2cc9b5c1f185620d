/**
 * Reading a tar shard: ours (tarMembers + groupRecords) against tar-stream and Python's tarfile.
 *
 *   npx tsx bench/tar.ts
 *
 * A shard of 200 MB, members of 150 KB, three a sample, in a temporary folder (so in the page cache); from memory, the same bytes cost no read
 * and show the parser alone. Every reader ends with each member's bytes in one piece in memory. Runs alternate; a ratio is the median over 7
 * rounds of (other's time / our time in the same round). Python times itself, without its start.
 *
 * From a file the chunk size decides, not the parser: fs streams alone give about 700 MB/s at 64 KiB and 6 GB/s at 1 MiB (2 cores, Node 20).
 */
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { tarMembers } from '../formats/tar/tarMembers.js';
import { tarEnd, tarMember } from '../formats/tar/tarWriter.js';
import { groupRecords } from '../formats/tar/webdataset.js';

const ROUNDS = 7;
const MEMBER_BYTES = 150_000;
const SAMPLES = 444;
const TOTAL_BYTES = SAMPLES * 3 * MEMBER_BYTES;

const PYTHON = `
import sys, tarfile, time
start, total = time.perf_counter(), 0
with open(sys.argv[1], 'rb') as stream, tarfile.open(fileobj=stream, mode='r|') as archive:
    for member in archive:
        total += len(archive.extractfile(member).read())
print(time.perf_counter() - start, total)
`;

const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-tar-'));
const path = join(folder, '00000.tar');
const chunks: Uint8Array[] = [];

/** Each reads the whole shard and returns the bytes of content that it saw and, if it timed itself, its seconds. */
type Reader = () => Promise<{ bytes: number; seconds?: number }>;

async function* fromMemory(): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}
const fromFile = (chunkBytes: number) => () => createReadStream(path, { highWaterMark: chunkBytes });

const ours = (source: () => AsyncIterable<Uint8Array>): Reader => async () => {
  let bytes = 0;
  for await (const { members } of groupRecords(tarMembers(source()))) for (const { data } of members) bytes += data.length;
  return { bytes };
};

const tarStream = (source: () => Readable): Reader => async () => {
  let bytes = 0;
  const entries = extract();
  source().pipe(entries);
  for await (const entry of entries) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    bytes += (parts.length === 1 ? parts[0]! : Buffer.concat(parts)).length;
  }
  return { bytes };
};

const python: Reader = async () => {
  const [seconds, bytes] = execFileSync('python3', ['-c', PYTHON, path]).toString().split(' ').map(Number);
  return { bytes: bytes!, seconds: seconds! };
};

/** What each reader is compared with: ours, reading the same way. */
const readers: Readonly<Record<string, readonly [reader: Reader, against: string]>> = {
  'ours, file, 1 MiB chunks': [ours(fromFile(2 ** 20)), 'ours, file, 1 MiB chunks'],
  'ours, file, 64 KiB chunks': [ours(fromFile(2 ** 16)), 'ours, file, 64 KiB chunks'],
  'ours, memory, 1 MiB chunks': [ours(fromMemory), 'ours, memory, 1 MiB chunks'],
  'tar-stream, file, 1 MiB': [tarStream(fromFile(2 ** 20)), 'ours, file, 1 MiB chunks'],
  'tar-stream, file, 64 KiB': [tarStream(fromFile(2 ** 16)), 'ours, file, 64 KiB chunks'],
  'tar-stream, memory, 1 MiB': [tarStream(() => Readable.from(fromMemory())), 'ours, memory, 1 MiB chunks'],
  "Python tarfile, 'r|'": [python, 'ours, file, 1 MiB chunks'],
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

try {
  const file = await open(path, 'w');
  const content = new Uint8Array(MEMBER_BYTES).map((_, i) => (i * 2_654_435_761) >>> 24);
  for (let i = 0; i < SAMPLES; i++) {
    for (const extension of ['jpg', 'txt', 'json']) await file.writev(tarMember(`${String(i).padStart(9, '0')}.${extension}`, content));
  }
  await file.write(tarEnd());
  await file.close();
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) chunks.push(chunk as Uint8Array);

  const names = Object.keys(readers);
  const seconds = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  for (let round = -1; round < ROUNDS; round++) {
    // Round -1 warms up. The order turns round, so that no reader always follows the same other.
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round + 1) % names.length]!;
      const start = performance.now();
      const result = await readers[name]![0]();
      if (result.bytes !== TOTAL_BYTES) throw new Error(`${name} read ${result.bytes} bytes of ${TOTAL_BYTES}`);
      if (round >= 0) seconds[name]!.push(result.seconds ?? (performance.now() - start) / 1000);
    }
  }
  process.stdout.write(`${(TOTAL_BYTES / 1e6).toFixed(0)} MB, members of ${MEMBER_BYTES / 1000} kB, ${ROUNDS} rounds, Node ${process.versions.node}\n`);
  for (const name of names) {
    const ratios = seconds[name]!.map((value, round) => value / seconds[readers[name]![1]]![round]!);
    process.stdout.write(`${name.padEnd(28)} ${(TOTAL_BYTES / 1e6 / median(seconds[name]!)).toFixed(0).padStart(6)} MB/s   ${readers[name]![1] === name ? '' : `ours is ${median(ratios).toFixed(2)}x as fast`}\n`);
  }
} finally {
  await rm(folder, { recursive: true });
}
