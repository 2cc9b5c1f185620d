import test from 'ava';
import { StoreError } from '../../storage/objectStore.js';
import { openStores } from '../../storage/openStores.js';
import { estimateReads } from '../../storage/remote/estimate.js';
import { sumSnapshots, StoreMeter } from '../../storage/remote/storeMeter.js';
import { fakeS3 } from '../helpers/fakeS3.js';
import { fakeGcs } from '../helpers/fakeGcs.js';
import { pattern, put, readAll } from './conformance.js';

test.serial('one place for every kind of store, with one meter', async (t) => {
  const [s3, gcs] = [await fakeS3(), await fakeGcs()];
  const saved = { ...process.env };
  process.env = { ...saved, AWS_ENDPOINT_URL: s3.origin, AWS_ACCESS_KEY_ID: 'AKTEST', AWS_SECRET_ACCESS_KEY: 'made-up', STORAGE_EMULATOR_HOST: gcs.origin };
  try {
    const { stores, meter } = openStores({ processes: 3, env: { MILLRACE_STORAGE: '{"requestsPerSecond": 30}' } });
    for (const url of ['s3://bucket/a', 'gs://bucket/a']) {
      await put(stores(url), url, pattern(100));
      t.deepEqual(await readAll(stores(url), url), pattern(100));
    }
    t.is(await readAll(stores(`${s3.origin}/bucket/a`), `${s3.origin}/bucket/a`).then((bytes) => bytes.length), 100);
    const { bytesRead, bytesWritten, requestsPerSecond } = meter.snapshot();
    t.is(bytesWritten, 200);
    t.true(bytesRead >= 300);
    t.deepEqual(requestsPerSecond, { 's3://bucket': 10, 'gs://bucket': 10, [s3.origin]: 10 }, 'a third for each of three processes');
    t.throws(() => stores('ftp://x/y'), { instanceOf: StoreError, message: /known are plain paths and file:, gs:, http:, https:, s3:/ });
  } finally {
    process.env = saved;
    await Promise.all([s3.close(), gcs.close()]);
  }
});

test('MILLRACE_STORAGE and MILLRACE_CACHE_BYTES: what they cannot mean is named', (t) => {
  for (const [text, says] of [['{', /JSON/], ['[]', /JSON object/], ['{"attemps": 3}', /"attemps" is no option/], ['{"attempts": "3"}', /"attempts"/], ['{"attempts": 0}', /`attempts`/]] as const) {
    t.throws(() => openStores({ env: { MILLRACE_STORAGE: text } }), { instanceOf: StoreError, message: says });
  }
  t.throws(() => openStores({ env: { MILLRACE_CACHE: '/x', MILLRACE_CACHE_BYTES: 'much' } }), { instanceOf: StoreError, message: /MILLRACE_CACHE_BYTES/ });
});

test('the estimate of a reading is what the reading asks', async (t) => {
  t.deepEqual(estimateReads([{ url: 'local/a.tar', bytes: 1e9 }]), { requests: 0, egressBytes: 0 });
  t.deepEqual(estimateReads([{ url: 's3://bucket/a', bytes: 70_000 }], { readChunkBytes: 16_000 }), { requests: 2 + 7, egressBytes: 70_000 });
  const server = await fakeS3();
  const { s3Store } = await import('../../storage/s3Store.js');
  const meter = new StoreMeter();
  const store = s3Store({ endpoint: server.origin, credentials: { accessKeyId: 'AKTEST', secretAccessKey: 'made-up' }, readChunkBytes: 16_000, meter });
  await put(store, 's3://bucket/a', pattern(70_000));
  const before = meter.requests;
  await readAll(store, 's3://bucket/a');
  t.is(meter.requests - before, 7);
  await server.close();
});

test('meters of several processes add up; of a rate the smallest counts', (t) => {
  const one = { requests: 1, bytesRead: 2, bytesWritten: 3, retries: 4, hedges: 5, hedgesWon: 6, throttled: 7, faults: { a: 1 }, requestsPerSecond: { b: 10 } };
  t.deepEqual(sumSnapshots([one, { ...one, faults: { a: 2, c: 1 }, requestsPerSecond: { b: 5 } }]), {
    requests: 2, bytesRead: 4, bytesWritten: 6, retries: 8, hedges: 10, hedgesWon: 12, throttled: 14, faults: { a: 3, c: 1 }, requestsPerSecond: { b: 5 },
  });
});
