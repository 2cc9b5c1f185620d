/**
 * Streaming recipes over S3 and HTTP: the steps of the local run, with and without indexes, on two ranks, after a resume.
 *
 * What the engine draws is a function of who the samples are, and the shard's URL is a part of that. So two things are shown. The command line over another
 * spelling of the same shards, with a shuffle window of one sample a lane, gives the local run's steps byte for byte once the URLs are mapped; and over
 * the same spelling, the local folder standing in for the bucket, the recipe's whole samples are the same with its shuffle at work.
 */
import test from 'ava';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serialize } from 'node:v8';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Checkpoint } from '../../engine/checkpoint.js';
import { parseParams } from '../../engine/recipe.js';
import { openStream } from '../../engine/stream.js';
import siglip from '../../pipelines/siglip.js';
import { fileStore } from '../../storage/fileStore.js';
import type { ObjectStore } from '../../storage/objectStore.js';
import { s3Store } from '../../storage/s3Store.js';
import { createStores } from '../../storage/stores.js';
import { spawnMillrace } from '../helpers/cli.js';
import { webServer } from '../helpers/webServer.js';
import { startS3Server, uploadFolder } from './s3Server.js';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const NAMES = '{00000..00003}.tar';
const shared = join(resolve(process.env.MILLRACE_SHARED ?? '../shared'), 'data/shards');
const root = mkdtempSync(join(tmpdir(), 'millrace-s3-streams-'));
const servers = await Promise.all([startS3Server('radosgw'), startS3Server('versitygw')]);
for (const kind of ['plain', 'indexed']) {
  mkdirSync(join(root, kind));
  for (let shard = 0; shard < 4; shard += 1) cpSync(join(shared, `0000${shard}.tar`), join(root, kind, `0000${shard}.tar`));
}
await run(['index', join(root, 'indexed', NAMES)]);
const web = await webServer(root);
const ORDER = ['order', 'pipelines/siglip.ts', '--json', '--origins', '--workers', '0', '--size', '16', '--batch', '64'];
/** One sample a lane: the shuffle draws nothing. */
const STILL = ['--window', '16'];
const local = Object.fromEntries(await Promise.all(['plain', 'indexed'].map(async (kind) => [kind, await steps([...ORDER, ...STILL], join(root, kind))] as const)));

test.after.always(async () => {
  await Promise.all([web.close(), ...servers.map((server) => server.stop())]);
  rmSync(root, { recursive: true, force: true });
});

for (const server of servers) {
  const store = s3Store({ endpoint: server.endpoint, credentials: server });
  const ready = (async () => {
    await new S3Client({ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true, credentials: server }).send(new CreateBucketCommand({ Bucket: 'millrace' }));
    for (const kind of ['plain', 'indexed']) await uploadFolder(store, join(root, 'plain'), `s3://millrace/${kind}`);
    await run(['index', `s3://millrace/indexed/${NAMES}`], server.env); // made there, from what is there
  })();

  for (const kind of ['plain', 'indexed']) {
    const from = `s3://millrace/${kind}`;

    test.serial(`${server.name}, ${kind}: the steps of the local run, byte for byte but for the URL`, async (t) => {
      await ready;
      t.is(local[kind]!.length, 4);
      t.deepEqual(await steps([...ORDER, ...STILL], from, server.env), local[kind]);
      if (server.name === 'radosgw') t.deepEqual(await steps([...ORDER, ...STILL], `${web.origin}/${kind}`), local[kind], 'and over HTTP');
    });

    test.serial(`${server.name}, ${kind}: the whole samples of the local run under the same names, shuffled and resumed`, async (t) => {
      await ready;
      const here = under('s3://millrace', root);
      const all = await samples(from, here);
      t.is(all.steps.length, 4);
      const there = await samples(from, store);
      t.deepEqual(there.steps, all.steps);
      t.deepEqual(there.checkpoints, all.checkpoints, 'what is saved on either is the same');
      for (const step of [1, 3]) t.deepEqual((await samples(from, store, all.checkpoints[step - 1])).steps, all.steps.slice(step), 'saved at home, resumed from S3');
    });
  }

  test.serial(`${server.name}: two ranks, and resumes on one and on two, are the run of one`, async (t) => {
    await ready;
    const from = 's3://millrace/indexed';
    const whole = await steps(ORDER, from, server.env);
    t.is(whole.length, 4);
    const ranks = async (more: readonly string[]): Promise<string[]> => {
      const [first, second] = await Promise.all([0, 1].map((rank) => steps([...ORDER, '--world-size', '2', '--rank', String(rank), ...more], from, server.env)));
      return first!.map((line, nth) => merged(line, second![nth] as string));
    };
    t.deepEqual(await ranks([]), whole);
    const saved = join(root, `${server.name}-checkpoints`);
    t.deepEqual(await ranks(['--steps', '1', '--checkpoint', saved]), whole.slice(0, 1));
    t.deepEqual(await steps([...ORDER, '--from', saved], from, server.env), whole.slice(1));
    t.deepEqual(await ranks(['--from', saved]), whole.slice(1));
  });
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { code, out, err } = await spawnMillrace(args, { env }).done;
  if (code !== 0) throw new Error(`${args.join(' ')}: ${err}`);
  return out.trimEnd().split('\n');
}

/** The lines of the steps, with the folder taken out of the origins. */
async function steps(args: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const lines = await run([...args, '--in', `${folder}/${NAMES}`], env);
  return lines.filter((line) => line.startsWith('{"step"')).map((line) => line.replaceAll(`${folder}/`, ''));
}

/** A step of two ranks: the lanes of the first, then those of the second. */
function merged(...lines: readonly string[]): string {
  const [first, second] = lines.map((line) => JSON.parse(line) as { step: number; keys: string[]; origins: string[] });
  if (first!.step !== second!.step) throw new Error(`steps ${first!.step} and ${second!.step}`);
  return JSON.stringify({ step: first!.step, keys: [...first!.keys, ...second!.keys], origins: [...first!.origins, ...second!.origins] });
}

/** A folder under the names of a bucket. */
function under(prefix: string, folder: string): ObjectStore {
  const files = fileStore();
  const path = (url: string): string => folder + url.slice(prefix.length);
  return { ...files, stat: async (url) => ({ ...(await files.stat(path(url))), url }), read: (url, options) => files.read(path(url), options) };
}

/** A digest of every step: all fields of its samples but their cursors: keys, origins, pixels, texts. */
async function samples(folder: string, store: ObjectStore, from?: Checkpoint): Promise<{ steps: string[]; checkpoints: Checkpoint[] }> {
  const pipe = siglip.build(parseParams(siglip, { in: `${folder}/${NAMES}`, size: '16', batch: '64', window: '128' }));
  const stream = await openStream(pipe, { seed: 3, lanes: 16, stores: createStores({ s3: store }), signal: new AbortController().signal, maxInFlightBytes: 2 ** 30 });
  const made: { steps: string[]; checkpoints: Checkpoint[] } = { steps: [], checkpoints: [] };
  for await (const { step, contributions } of stream.steps(from)) {
    const hash = createHash('sha256');
    for (const sample of contributions.flatMap((lane) => lane.samples)) {
      // The cursor is how the run got here: a resume in the middle of a window says it in its own way.
      for (const [name, value] of Object.entries(sample).toSorted(([a], [b]) => (a < b ? -1 : 1))) if (name !== 'cursor') hash.update(serialize([name, value]));
    }
    made.steps.push(`${step} ${hash.digest('hex')}`);
    made.checkpoints.push(JSON.parse(JSON.stringify(stream.checkpoint())) as Checkpoint);
  }
  return made;
}
