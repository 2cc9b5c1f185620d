import test from 'ava';
import { StoreError } from '../../../storage/objectStore.js';
import { StoreMeter } from '../../../storage/remote/storeMeter.js';
import { s3Store, type S3StoreOptions } from '../../../storage/s3Store.js';
import { fakeS3 } from '../../helpers/fakeS3.js';
import { FAULTS, faultProxy, type Fault } from '../../helpers/faultProxy.js';
import { listUrls, pattern, put, readAll } from '../conformance.js';

const server = await fakeS3({ pageSize: 10 });
test.after.always(() => server.close());
/** Small times, so that a stall is told within a second or two. */
const quick: S3StoreOptions = { credentials: { accessKeyId: 'AKTEST', secretAccessKey: 'made-up' }, retryBaseMs: 1, retryCapMs: 20, firstByteTimeoutMs: 1000, stallTimeoutMs: 1000, connectTimeoutMs: 1000 };
const direct = s3Store({ endpoint: server.origin, ...quick });

test('one request in ten at fault, of every kind: what is read and written is the same to the byte', async (t) => {
  const proxy = await faultProxy({ target: server.origin, rate: 0.1 });
  const meter = new StoreMeter();
  const store = s3Store({ endpoint: proxy.endpoint, ...quick, attempts: 20, stallTimeoutMs: 2000, firstByteTimeoutMs: 2000, meter, readChunkBytes: 4096, partBytes: 20_000 });
  const objects = Array.from({ length: 30 }, (_, n) => ({ url: `s3://bucket/tenth/${String(n).padStart(2, '0')}`, bytes: pattern(1000 + n * 3001) }));
  for (const { url, bytes } of objects) {
    t.is((await put(store, url, bytes)).bytes, bytes.length);
    t.true(await store.createOnce(`${url}.mark`, bytes.subarray(0, 100)));
    t.false(await store.createOnce(`${url}.mark`, bytes.subarray(0, 50)), 'what a lost answer created is ours, what others created is not');
    t.true(await store.link(url, `${url}.linked`));
    t.false(await store.link(url, `${url}.linked`));
  }
  const expected = objects.flatMap(({ url }) => [url, `${url}.linked`, `${url}.mark`]).toSorted();
  for (let round = 0; round < 3; round += 1) t.deepEqual(await listUrls(store, 's3://bucket/tenth/'), expected);
  for (const { url, bytes } of objects) {
    // Looked at first, as readers of data do: of an object never looked at, a wrong etag on its first piece cannot be told from a change.
    for (const name of [url, `${url}.linked`]) {
      t.is((await store.stat(name)).bytes, bytes.length);
      t.is(Buffer.compare(await readAll(store, name), bytes), 0, name);
    }
    t.is(Buffer.compare(await readAll(direct, url), bytes), 0);
  }
  await store.removeUnfinished?.('s3://bucket/tenth/');
  t.is(server.uploads.size, 0, 'where the answer to the start of an upload was lost, it stands until it is tidied away');
  const { retries, faults } = meter.snapshot();
  t.true(retries > 20, `${retries} retries`);
  t.log(`${proxy.requests} requests, faults made ${JSON.stringify(Object.fromEntries(proxy.made))}; seen ${JSON.stringify(faults)}`);
  for (const fault of FAULTS.filter((kind) => kind !== 'reordered')) t.true((proxy.made.get(fault) ?? 0) > 0, fault);
  await proxy.close();
});

const named: readonly (readonly [Fault, RegExp])[] = [
  ['reset', /the connection broke/], ['stalled', /stallTimeoutMs|firstByteTimeoutMs/], ['truncated', /broke/], ['429', /429/], ['503', /503/], ['500', /500/], ['wrong length', /broke off after \d+ of \d+/],
];
for (const [fault, says] of named) {
  test(`nothing but "${fault}": the reading ends, and says so`, async (t) => {
    await put(direct, `s3://bucket/only/${fault}`, pattern(5000));
    const proxy = await faultProxy({ target: server.origin, rate: 1, faults: [fault] });
    const store = s3Store({ endpoint: proxy.endpoint, ...quick, attempts: 3 });
    const error = await t.throwsAsync(readAll(store, `s3://bucket/only/${fault}`), { instanceOf: StoreError });
    t.is(error?.code, 'transient');
    t.regex(String(error?.message), says);
    t.regex(String(error?.message), /tried 3 times in/);
    proxy.rate = 0;
    t.deepEqual(await readAll(store, `s3://bucket/only/${fault}`), pattern(5000), 'and goes on when the fault has passed');
    await proxy.close();
  });
}

test('the budget of retries ends a run, not each request alone', async (t) => {
  await put(direct, 's3://bucket/budget/a', pattern(10));
  const proxy = await faultProxy({ target: server.origin, rate: 1, faults: ['503'] });
  const store = s3Store({ endpoint: proxy.endpoint, ...quick, retriesPerRun: 5, requestsPerSecond: 1e6 });
  await t.throwsAsync(readAll(store, 's3://bucket/budget/a'), { instanceOf: StoreError, message: /budget of 5 retries/ });
  const before = proxy.requests;
  await t.throwsAsync(readAll(store, 's3://bucket/budget/a'), { instanceOf: StoreError, message: /budget of 5 retries/ });
  t.is(proxy.requests, before + 1);
  await proxy.close();
});

test('"slow down" lowers the rate of the bucket, and the meter tells it', async (t) => {
  await put(direct, 's3://bucket/slow/a', pattern(10));
  const proxy = await faultProxy({ target: server.origin, rate: 1, faults: ['429 retry-after'] });
  const meter = new StoreMeter();
  const store = s3Store({ endpoint: proxy.endpoint, ...quick, attempts: 2, meter });
  await t.throwsAsync(readAll(store, 's3://bucket/slow/a'), { instanceOf: StoreError });
  const { throttled, requestsPerSecond } = meter.snapshot();
  t.is(throttled, 2);
  t.true((requestsPerSecond['s3://bucket'] as number) < 1500);
  await proxy.close();
});
