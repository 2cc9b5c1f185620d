/**
 * Reading from S3 on this machine: MB/s and CPU seconds a GB of our ranged reads against one GET of the plain SDK and against curl, alternating;
 * small ranged reads; 1,000 shards listed and planned; memory of 16 readings at once. The server is on the same cores, so MB/s is of both together.
 *
 *   node --import tsx bench/s3.ts [versitygw|radosgw] [MiB of the object, 256] [rounds, 5]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readTar } from '../sources/readTar.js';
import { s3Store } from '../storage/s3Store.js';
import { createStores } from '../storage/stores.js';
import { startS3Server, type S3ServerName } from '../tests/conformance/s3Server.js';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const [, , name = 'versitygw', mib = '256', rounds = '5'] = process.argv;
const bytes = Number(mib) * 2 ** 20;
const server = await startS3Server(name as S3ServerName);
const { endpoint, accessKeyId, secretAccessKey } = server;
const credentials = { accessKeyId, secretAccessKey };
const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' });
await client.send(new CreateBucketCommand({ Bucket: 'bench' }));
const store = s3Store({ endpoint, credentials });
const url = 's3://bench/large.bin';
const writer = await store.openWrite(url);
for (let at = 0; at < bytes; at += 2 ** 20) await writer.write(new Uint8Array(2 ** 20).fill(at >> 20));
await writer.close();

interface Spent {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function measured(work: () => Promise<number | void>): Promise<Spent> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  const childCpu = (await work()) ?? 0;
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, cpuSeconds: childCpu > 0 ? childCpu : (user + system) / 1e6 };
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  let total = 0;
  for await (const chunk of body) total += chunk.byteLength;
  if (total !== bytes) throw new Error(`${total} bytes instead of ${bytes}`);
}

/** @returns its CPU seconds, as bash tells them */
async function curl(): Promise<number> {
  const child = spawn('bash', ['-c', `curl -sSf -K - -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' -o /dev/null -w '%{size_download}\\n' ${endpoint}/bench/large.bin; times`], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(`aws-sigv4 = "aws:amz:us-east-1:s3"\nuser = "${accessKeyId}:${secretAccessKey}"\n`);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await once(child, 'close');
  if (Number(out.split('\n')[0]) !== bytes) throw new Error(`curl read ${out.split('\n')[0]} bytes`);
  const children = out.trim().split('\n').at(-1) ?? '';
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

const ways: Readonly<Record<string, () => Promise<number | void>>> = {
  'ours, ranged reads of 4 MiB': () => drain(store.read(url)),
  'plain SDK, one GET': async () => drain((await client.send(new GetObjectCommand({ Bucket: 'bench', Key: 'large.bin' }))).Body as AsyncIterable<Uint8Array>),
  curl,
};
const spent: Record<string, Spent[]> = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
for (let round = 0; round <= Number(rounds); round += 1) {
  for (const [way, work] of Object.entries(ways)) {
    const one = await measured(work);
    if (round > 0) spent[way]!.push(one); // the first warms up
  }
}
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`${name}, ${mib} MiB, median of ${rounds}`);
for (const [way, all] of Object.entries(spent)) {
  say(`  ${way.padEnd(28)} ${(bytes / 1e6 / median(all.map(({ seconds }) => seconds))).toFixed(0).padStart(6)} MB/s   ${(median(all.map(({ cpuSeconds }) => cpuSeconds)) / (bytes / 1e9)).toFixed(2)} CPU s a GB`);
}

const SMALL = 1000;
const small: Readonly<Record<string, (at: number) => Promise<void>>> = {
  'ours, 20 KB ranges': async (at) => { for await (const _ of store.read(url, { start: at, end: at + 20_000 })) void _; },
  'plain SDK, 20 KB ranges': async (at) => { for await (const _ of (await client.send(new GetObjectCommand({ Bucket: 'bench', Key: 'large.bin', Range: `bytes=${at}-${at + 19_999}` }))).Body as AsyncIterable<Uint8Array>) void _; },
};
for (const [way, read] of Object.entries(small)) {
  for (let n = 0; n < 100; n += 1) await read(n * 20_000);
  const { seconds, cpuSeconds } = await measured(async () => { for (let n = 0; n < SMALL; n += 1) await read((n * 100_003) % (bytes - 20_000)); });
  say(`  ${way.padEnd(28)} ${(seconds / SMALL * 1000).toFixed(2).padStart(6)} ms   ${(cpuSeconds / SMALL * 1000).toFixed(2)} CPU ms a request`);
}

const names = Array.from({ length: 1000 }, (_, n) => `s3://bench/shards/${String(n).padStart(5, '0')}.tar`);
for (let at = 0; at < names.length; at += 50) {
  await Promise.all(names.slice(at, at + 50).map(async (shard) => {
    const one = await store.openWrite(shard);
    await one.write(new Uint8Array(1024));
    await one.close();
  }));
}
for (const pattern of ['s3://bench/shards/*.tar', 's3://bench/shards/{00000..00999}.tar']) {
  const stores = createStores({ s3: s3Store({ endpoint, credentials }) });
  const began = performance.now();
  const extents = await readTar(pattern, { fields: {} }).plan({ stores, signal: new AbortController().signal });
  say(`  ${extents.length} shards of ${pattern} planned in ${((performance.now() - began) / 1000).toFixed(2)} s`);
}

const before = process.memoryUsage().arrayBuffers;
let peak = 0;
const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers)), 20);
await Promise.all(Array.from({ length: 16 }, () => drain(store.read(url))));
clearInterval(timer);
say(`  16 readings at once hold at most ${((peak - before) / 2 ** 20).toFixed(0)} MiB (16 pieces of 4 MiB, the one before of each, 64 MiB ahead, and what is not collected yet)`);
await server.stop();
process.exit(0);
