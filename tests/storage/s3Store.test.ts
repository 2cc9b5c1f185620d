import test from 'ava';
import { StoreError, type ObjectStore } from '../../storage/objectStore.js';
import { StoreMeter } from '../../storage/remote/storeMeter.js';
import { s3Store, type S3StoreOptions } from '../../storage/s3Store.js';
import { fakeS3, type FakeS3 } from '../helpers/fakeS3.js';
import { listUrls, pattern, put, readAll, testObjectStore } from './conformance.js';

const servers = { whole: await fakeS3({ pageSize: 7 }), unconditional: await fakeS3({ heeds: [] }), puts: await fakeS3({ heeds: ['put'] }), parts: await fakeS3({ heeds: ['put', 'complete'] }) };
test.after.always(() => Promise.all(Object.values(servers).map((server) => server.close())));
const credentials = { accessKeyId: 'AKTEST', secretAccessKey: 'made-up' };
const storeOf = (server: FakeS3, options: S3StoreOptions = {}) => s3Store({ endpoint: server.origin, credentials, retryBaseMs: 1, ...options });

const whole = storeOf(servers.whole, { readChunkBytes: 4096, partBytes: 50_000 });
testObjectStore('s3', () => whole, (key) => `s3://bucket/suite/${key}`);
const single = storeOf(servers.unconditional, { singleRunner: true });

for (const [name, server] of Object.entries({ copy: servers.whole, parts: servers.parts, puts: servers.puts })) {
  test(`link where the server heeds conditions of ${name}: one of many, and what is there stays`, async (t) => {
    const store = storeOf(server, { partBytes: 1000 });
    const froms = Array.from({ length: 8 }, (_, n) => `s3://bucket/link-${name}/from-${n}`);
    for (const [n, from] of froms.entries()) await put(store, from, new Uint8Array(3000 + n).fill(n));
    const runners = froms.map(() => storeOf(server)); // each finds out by itself
    const wins = await Promise.all(froms.map((from, n) => runners[n]!.link(from, `s3://bucket/link-${name}/to`)));
    t.is(wins.filter(Boolean).length, 1);
    const winner = wins.indexOf(true);
    t.deepEqual(await readAll(store, `s3://bucket/link-${name}/to`), new Uint8Array(3000 + winner).fill(winner));
    t.is((await listUrls(store, `s3://bucket/link-${name}/`)).length, 9, 'trials leave nothing');
    t.is(server.uploads.size, 0, 'nor do uploads');
  });
}

test('a server that ignores conditions is refused, unless this is the only runner', async (t) => {
  const url = 's3://bucket/plain/mark.json';
  const refused = await t.throwsAsync(storeOf(servers.unconditional).createOnce(url, pattern(9)), { instanceOf: StoreError, message: /--single-runner/ });
  t.is(refused?.code, 'denied');
  t.false(servers.unconditional.objects.has('plain/mark.json'));
  await put(single, url, pattern(3));
  t.false(await storeOf(servers.unconditional).createOnce(url, pattern(9)), 'what is there is not replaced to find out');
  t.deepEqual(await readAll(single, url), pattern(3));
  await single.remove(url);
  t.true(await single.createOnce(url, pattern(4)));
  t.false(await single.createOnce(url, pattern(5)));
  t.true(await single.link(url, `${url}.linked`));
  t.false(await single.link(url, `${url}.linked`));
  t.deepEqual(await readAll(single, `${url}.linked`), pattern(4));
});

test('an object that changes between looking and reading is an error that says so; our own writes are none', async (t) => {
  const url = 's3://bucket/pinned/a.bin';
  const [ours, theirs] = [storeOf(servers.whole), storeOf(servers.whole)];
  await put(ours, url, pattern(100));
  const before = await ours.stat(url);
  await put(theirs, url, pattern(99));
  const changed = await t.throwsAsync(readAll(ours, url), { instanceOf: StoreError, message: /changed while the run was reading it/ });
  t.true(changed?.message.includes(before.etag));
  await put(ours, url, pattern(98));
  t.deepEqual(await readAll(ours, url), pattern(98));
});

test('the meter counts requests and bytes; nothing is counted twice', async (t) => {
  const meter = new StoreMeter();
  const store = storeOf(servers.whole, { meter, readChunkBytes: 8000 });
  const url = 's3://bucket/metered/a.bin';
  await put(store, url, pattern(20_000));
  await readAll(store, url);
  const { requests, bytesRead, bytesWritten, retries, faults, requestsPerSecond } = meter.snapshot();
  t.is(bytesWritten, 20_000);
  t.is(bytesRead, 20_000);
  t.is(requests, 1 + Math.ceil((20_000 - 1000 - 2000 - 4000) / 8000) + 3);
  t.is(retries, 0);
  t.deepEqual(faults, {});
  t.deepEqual(requestsPerSecond, { 's3://bucket': 3000 });
});

/** Every kind of request that the driver sends. */
async function everything(store: ObjectStore, prefix: string): Promise<void> {
  const url = `${prefix}a.bin`;
  await put(store, url, pattern(9000)); // in parts
  await put(store, `${prefix}small.bin`, pattern(9));
  await store.createOnce(`${prefix}mark`, pattern(9));
  await store.link(url, `${url}.linked`);
  await store.stat(url);
  await readAll(store, url, { start: 5, end: 10 });
  await listUrls(store, prefix);
  const left = await store.openWrite(`${prefix}left.bin`);
  await left.write(pattern(9000));
  await store.removeUnfinished?.(prefix);
  await left.abort();
  await store.remove(`${prefix}mark`);
}

test('requester pays: every request says that we pay, and is signed; without the option none says so', async (t) => {
  for (const [requesterPays, heeds] of [[true, ['put', 'copy', 'complete']], [true, ['put', 'complete']], [true, ['put']], [false, ['put', 'copy', 'complete']]] as const) {
    const server = await fakeS3({ heeds });
    await everything(storeOf(server, { requesterPays, partBytes: 4096 }), 's3://bucket/pays/');
    t.deepEqual([...new Set(server.seen.map(({ method }) => method))].toSorted(), ['DELETE', 'GET', 'HEAD', 'POST', 'PUT']);
    for (const { method, path, headers } of server.seen) {
      t.is(headers['x-amz-request-payer'], requesterPays ? 'requester' : undefined, `${method} ${path}`);
      t.regex(String(headers.authorization), requesterPays ? /SignedHeaders=[^,]*x-amz-request-payer/ : /^AWS4-HMAC-SHA256/, `${method} ${path}`);
    }
    await server.close();
  }
});

test('anonymous: nothing is signed, and no credential is looked for', async (t) => {
  const server = await fakeS3();
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKOFTHEENVIRONMENT', AWS_SECRET_ACCESS_KEY: 'secret-of-the-environment', AWS_SESSION_TOKEN: 'token-of-the-environment' });
  try {
    await everything(s3Store({ endpoint: server.origin, anonymous: true, retryBaseMs: 1, partBytes: 4096 }), 's3://bucket/public/');
  } finally {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
  t.true(server.seen.length > 15);
  for (const { method, path, headers } of server.seen) {
    for (const name of ['authorization', 'x-amz-security-token', 'x-amz-request-payer']) t.is(headers[name], undefined, `${name} in ${method} ${path}`);
    t.notRegex(JSON.stringify(headers) + path, /OFTHEENVIRONMENT|of-the-environment|X-Amz-Signature/i);
  }
  await server.close();
});

test('options out of range are named', (t) => {
  for (const [options, name] of [[{ attempts: 0 }, 'attempts'], [{ hedgeShare: 2 }, 'hedgeShare'], [{ readChunkBytes: 0.5 }, 'readChunkBytes']] as const) {
    t.throws(() => s3Store(options), { instanceOf: RangeError, message: new RegExp(`\`${name}\``) });
  }
});
