/**
 * The command line from S3 to S3 on servers that are not ours, byte for byte the local run: the main job, kills, two runners, a server that dies, a
 * network at fault, credentials that are wrong.
 */
import test from 'ava';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { generate, planGeneration } from '../../engine/generate.js';
import { laneRunner } from '../../engine/laneRunner.js';
import { parseParams } from '../../engine/recipe.js';
import { StoreError, type ObjectStore } from '../../storage/objectStore.js';
import { s3Store } from '../../storage/s3Store.js';
import { verifyTar } from '../../sinks/verifyTar.js';
import { COPY, makeShards, spawnMillrace, type Outcome } from '../helpers/cli.js';
import { faultProxy } from '../helpers/faultProxy.js';
import copy from '../helpers/recipes/copy.js';
import { mixedKinds } from '../helpers/shards.js';
import { webServer } from '../helpers/webServer.js';
import { wrapStore, type StoreCall } from '../helpers/wrapStore.js';
import { readAll } from '../storage/conformance.js';
import { startS3Server, uploadFolder, type S3Server } from './s3Server.js';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const shards = join(resolve(process.env.MILLRACE_SHARED ?? '../shared'), 'data/shards');
/** A clean shard and the dirty one. */
const LABELLED = '{00000,dirty-00000}';
const root = mkdtempSync(join(tmpdir(), 'millrace-s3-'));
const servers = await Promise.all([startS3Server('radosgw'), startS3Server('versitygw')]);
for (const server of servers) await clientOf(server).send(new CreateBucketCommand({ Bucket: 'millrace' }));
await makeShards(`${root}/many`, Array<number>(40).fill(6), { kind: mixedKinds });
await makeShards(`${root}/few`, [5, 7], { kind: mixedKinds });
const local = Object.fromEntries(await Promise.all(['many', 'few'].map(async (name) => {
  const run = await millrace(['run', COPY, '--in', `${root}/${name}/*.tar`, '--out', `${root}/${name}-out`, '--max-shard-bytes', name === 'few' ? '1024' : '1048576']);
  if (run.code !== 0) throw new Error(run.err);
  return [name, parts(`${root}/${name}-out`)] as const;
})));
const labelled = await millrace(['run', 'pipelines/owl-st.ts', '--in', `${shards}/${LABELLED}.tar`, '--out', `${root}/owl-st`, '--min-score', '0', '--min-best-score', '0']);
if (labelled.code !== 0) throw new Error(labelled.err);

test.after.always(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(root, { recursive: true, force: true });
});

const owl = ['run', 'pipelines/owl-st.ts', '--min-score', '0', '--min-best-score', '0', '--json'];
for (const server of servers) {
  const title = (what: string): string => `${server.name}: ${what}`;
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> => millrace(args, { ...server.env, ...env });
  const at = (path: string): string => `s3://millrace/${path}`;
  const store = s3Store({ endpoint: server.endpoint, credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey } });
  const last = (outcome: Outcome): Record<string, never> => JSON.parse(outcome.out.trimEnd().split('\n').at(-1) as string) as Record<string, never>;
  const unfinished = async (): Promise<number> => ((await clientOf(server).send(new ListMultipartUploadsCommand({ Bucket: 'millrace' }))).Uploads ?? []).length;

  test.serial(title('the main job from S3 to S3: the parts of the local run; verify, inspect and plan by URL'), async (t) => {
    await uploadFolder(store, shards, at('shards'));
    const outcome = await run([...owl, '--in', at(`shards/${LABELLED}.tar`), '--out', at('owl-st'), '--workers', '2']);
    t.is(outcome.code, 0, outcome.err);
    t.deepEqual(await remoteParts(store, at('owl-st/')), parts(`${root}/owl-st`));
    const { storage } = last(outcome) as unknown as { storage: Record<string, number> };
    t.true(storage.requests! > 20 && storage.bytesRead! > 1e6 && storage.bytesWritten! > 1e6, JSON.stringify(storage));
    t.is(storage.retries, 0);

    const verified = await run(['verify', at('owl-st'), '--against', at(`shards/${LABELLED}.tar`)]);
    t.is(verified.code, 0, verified.out + verified.err);
    t.regex(verified.out, /missing 0, duplicates 0/);
    t.is((await run(['inspect', at('owl-st'), '--json'])).code, 0);
    const planned = last(await run(['plan', 'pipelines/owl-st.ts', '--in', at('shards/*.tar'), '--out', at('other'), '--json'])) as unknown as { estimate: Record<string, number>; bytes: number };
    t.is(planned.estimate.egressBytes, planned.bytes);
    t.true(planned.estimate.requests! >= 6);
  });

  test.serial(title('the main job from HTTP to S3'), async (t) => {
    const web = await webServer(shards);
    const fromWeb = await run([...owl, '--in', `${web.origin}/${LABELLED}.tar`, '--out', at('owl-st-web')]);
    await web.close();
    t.is(fromWeb.code, 0, fromWeb.err);
    t.deepEqual(await remoteParts(store, at('owl-st-web/')), parts(`${root}/owl-st`));
  });

  test.serial(title('dead before and after every call of the store: what is marked is whole, and the next run completes'), async (t) => {
    await uploadFolder(store, `${root}/few`, at('few'));
    const { signal } = new AbortController();
    /** A run whose output's store is dead from its n-th call on: nothing more is written, and nothing is tidied. @returns whether there were so many calls */
    const runUntil = async (out: string, when: 'before' | 'after', n: number): Promise<boolean> => {
      let isDead = false;
      const die = ({ ordinal }: StoreCall): void => {
        isDead ||= ordinal === n;
        if (isDead) throw new StoreError('other', out, 'dead');
      };
      const output = wrapStore(store, when === 'before' ? { before: die } : { before: () => { if (isDead) throw new StoreError('other', out, 'dead'); }, after: die });
      const stores = (url: string): ObjectStore => (url.startsWith(out) ? output : store);
      const pipe = copy.build(parseParams(copy, { in: at('few/*.tar'), out, maxShardBytes: '1024' }));
      const options = { seed: 0, stores, signal, recipe: 'digest' };
      try {
        const plan = await planGeneration(pipe, options);
        const runner = laneRunner(pipe, { seed: 0, stores, maxInFlightBytes: 2 ** 30, onBadSample: 'skip' });
        await generate(pipe, plan, { concurrency: 1, run: (extent, until) => runner.run(extent, until) }, options);
      } catch (error) {
        if (!isDead) throw error;
      }
      return isDead;
    };
    const isUnfinished = (line: string): boolean => /the lane is not finished/.test(line);
    let deaths = 0;
    for (const when of ['before', 'after'] as const) {
      for (let n = 0; ; n += 1) {
        const out = at(`dead-${when}-${n}/`);
        const died = await runUntil(out, when, n);
        if (died) deaths += 1;
        const sound = await verifyTar(out, { store, signal }).catch(() => undefined); // no plan yet: nothing to prove
        t.deepEqual(sound?.differences.filter((line) => !isUnfinished(line)) ?? [], [], `${when} ${n}`);
        t.false(await runUntil(out, 'before', -1));
        const { differences, unmarked } = await verifyTar(out, { store, signal });
        t.deepEqual([differences, unmarked], [[], []], `${when} ${n}`);
        t.deepEqual(await remoteParts(store, out), local.few, `${when} ${n}`);
        if (!died) break;
      }
    }
    t.true(deaths > 40, `${deaths} deaths`);
    t.log(`${deaths} deaths`);

    const script = fileURLToPath(new URL('../helpers/killedRemoteRun.ts', import.meta.url));
    const runScript = async (out: string, when: string, n: number): Promise<number | null> => {
      const child = spawn(process.execPath, ['--import=tsx', script, at('few/*.tar'), out, 'digest', when, String(n)], { env: { ...process.env, ...server.env }, stdio: 'ignore' });
      return ((await once(child, 'close')) as [number | null])[0];
    };
    for (const n of [9, 14, 20]) t.is(await runScript(at('killed/'), n % 2 === 0 ? 'before' : 'after', n), null, 'a SIGKILL has no exit code');
    t.is(await runScript(at('killed/'), 'before', -1), 0);
    t.deepEqual(await remoteParts(store, at('killed/')), local.few);
    t.is(await unfinished(), 0);
  });

  test.serial(title('two runners of 40 shards at once, while the server dies and comes back: one result each'), async (t) => {
    await uploadFolder(store, `${root}/many`, at('many'));
    const args = ['run', COPY, '--in', at('many/*.tar'), '--out', at('twice'), '--max-shard-bytes', '1048576', '--delay-ms', '20', '--json'];
    const runs = [run([...args, '--workers', '2']), run(args)];
    await new Promise((resolve_) => setTimeout(resolve_, 4000));
    await server.kill();
    await new Promise((resolve_) => setTimeout(resolve_, 1000));
    await server.restart();
    const outcomes = await Promise.all(runs);
    for (const { code, err } of outcomes) t.is(code, 0, err);
    t.deepEqual(outcomes.map((outcome) => (last(outcome) as unknown as { shards: { done: number } }).shards.done), [40, 40]);
    const { differences, unmarked, lanes } = await verifyTar(at('twice'), { store, signal: new AbortController().signal });
    t.deepEqual([differences, unmarked, lanes], [[], [], 40]);
    t.deepEqual(await remoteParts(store, at('twice/')), local.many);
    t.is(await unfinished(), 0);
    t.log(outcomes.map((outcome) => JSON.stringify((last(outcome) as unknown as { storage: object }).storage)).join('\n'));
  });

  test.serial(title('one request in ten at fault: the parts of the local run; all at fault: the run ends and says so, and the next completes'), async (t) => {
    await uploadFolder(store, `${root}/many`, at('many'));
    const proxy = await faultProxy({ target: server.endpoint, rate: 0.1, seed: 1 });
    const env = { AWS_ENDPOINT_URL: proxy.endpoint, MILLRACE_STORAGE: JSON.stringify({ firstByteTimeoutMs: 1500, stallTimeoutMs: 1500, retryBaseMs: 20, retryCapMs: 500, attempts: 12 }) };
    const args = ['run', COPY, '--in', at('many/*.tar'), '--max-shard-bytes', '1048576', '--json'];
    const outcome = await run([...args, '--out', at('faults')], env);
    t.is(outcome.code, 0, outcome.err);
    t.deepEqual(await remoteParts(store, at('faults/')), local.many);
    const { storage } = last(outcome) as unknown as { storage: { retries: number; requestsPerSecond: Record<string, number> } };
    t.true(storage.retries > 10);
    t.true('s3://millrace' in storage.requestsPerSecond);
    t.log(JSON.stringify(storage));

    proxy.rate = 0;
    const stopping = run([...args, '--out', at('down'), '--delay-ms', '20'], { ...env, MILLRACE_STORAGE: JSON.stringify({ attempts: 3, retryBaseMs: 20 }) });
    await new Promise((resolve_) => setTimeout(resolve_, 4000));
    proxy.faults = ['503'];
    proxy.rate = 1;
    const stopped = await stopping;
    t.true([1, 75].includes(stopped.code as number), stopped.err);
    t.regex(stopped.err, /503/);
    proxy.rate = 0;
    t.is((await run([...args, '--out', at('down')], env)).code, 0);
    t.deepEqual(await remoteParts(store, at('down/')), local.many);
    await proxy.close();
  });

  test.serial(title('wrong credentials, no bucket, no object: exit 1 or 2, one line, no credential'), async (t) => {
    await uploadFolder(store, `${root}/few`, at('few'));
    const secrets = [server.secretAccessKey, server.accessKeyId, 'WRONGKEYOFTHETEST', 'wrong-secret-of-the-test'];
    const cases: readonly (readonly [env: Readonly<Record<string, string>>, url: string, says: RegExp])[] = [
      [{ AWS_SECRET_ACCESS_KEY: 'wrong-secret-of-the-test' }, at('few/*.tar'), /credentials|denied/],
      [{ AWS_ACCESS_KEY_ID: 'WRONGKEYOFTHETEST' }, at('few/*.tar'), /credentials|denied/],
      [{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, at('few/*.tar'), /no credentials were found/],
      [{}, 's3://no-such-bucket-of-the-test/*.tar', /no bucket/],
      [{}, at('few/none.tar'), /no such object/],
      [{}, at('few/{00000..00009}.tar'), /8 of the 10 objects/],
      [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:9', MILLRACE_STORAGE: '{"attempts":2}' }, at('few/*.tar'), /nothing listens there/],
    ];
    for (const [env, url, says] of cases) {
      for (const args of [['run', COPY, '--in', url, '--out', `${root}/refused`, '--verbose'], ['inspect', url, '--verbose']]) {
        const { code, out, err } = await run(args, env);
        t.true(code === 1 || code === 2, `${code}: ${err}`);
        t.regex(err.split('\n')[0] as string, says);
        t.false(secrets.some((secret) => (out + err).includes(secret)), err);
      }
    }
  });
}

test.serial('a minute in which nothing works: the run stops with the fault named, so does one that begins then, and the next completes', async (t) => {
  const server = servers[0] as S3Server;
  const store = s3Store({ endpoint: server.endpoint, credentials: server });
  await uploadFolder(store, `${root}/many`, 's3://millrace/minute');
  const proxy = await faultProxy({ target: server.endpoint, rate: 0, seed: 2, faults: ['reset', '429', '429 retry-after', '500', '503', '503 retry-after'] });
  // As many tries as by default, in an eighth of the time.
  const env = { ...server.env, AWS_ENDPOINT_URL: proxy.endpoint, MILLRACE_STORAGE: JSON.stringify({ retryBaseMs: 12 }) };
  const run = (out: string): Promise<Outcome> => millrace(['run', COPY, '--in', 's3://millrace/minute/*.tar', '--out', `s3://millrace/${out}`, '--max-shard-bytes', '1048576', '--delay-ms', '20', '--json'], env);
  const first = run('minute-out');
  while (proxy.requests < 150) await new Promise((resolve_) => setTimeout(resolve_, 20)); // at work
  proxy.rate = 1;
  const minute = new Promise<'over'>((resolve_) => setTimeout(resolve_, 60_000, 'over'));
  const stopped = await Promise.race([Promise.all([first, run('minute-later')]), minute]);
  if (stopped === 'over') return void t.fail('a run went on through the whole minute');
  for (const { code, err } of stopped) {
    t.true([1, 75].includes(code as number), `${code}: ${err}`);
    t.regex(err, /(429|500|503|the connection broke).*\(tried 8 times in/s);
  }
  const asked = proxy.requests;
  t.is(await minute, 'over');
  t.is(proxy.requests, asked, 'nothing was left running');
  proxy.rate = 0;
  for (const out of ['minute-out', 'minute-later']) {
    const { code, err } = await run(out);
    t.is(code, 0, err);
    t.deepEqual(await remoteParts(store, `s3://millrace/${out}/`), local.many);
  }
  t.log(stopped.map(({ err }) => err.trim().split('\n').at(-1)).join('\n'), JSON.stringify(Object.fromEntries(proxy.made)));
  await proxy.close();
});

function clientOf(server: S3Server): S3Client {
  return new S3Client({ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true, credentials: server });
}

async function millrace(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return await spawnMillrace(args, { env }).done;
}

/** The tars of an output, by name, as text. */
function parts(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).filter((name) => name.endsWith('.tar')).toSorted().map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

async function remoteParts(store: ObjectStore, prefix: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { url } of store.list(prefix, { maxDepth: 0 })) if (url.endsWith('.tar')) found[url.slice(prefix.length)] = Buffer.from(await readAll(store, url)).toString('latin1');
  return found;
}
