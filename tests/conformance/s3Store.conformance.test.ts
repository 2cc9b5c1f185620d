/**
 * The S3 driver against servers that are not ours: the one suite of every store, parts, pages, and what goes wrong with keys, buckets and names.
 */
import test from 'ava';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { StoreError } from '../../storage/objectStore.js';
import { s3Store, type S3StoreOptions } from '../../storage/s3Store.js';
import { StoreMeter } from '../../storage/remote/storeMeter.js';
import { listUrls, pattern, put, readAll, testObjectStore } from '../storage/conformance.js';
import { startS3Server, type S3Server } from './s3Server.js';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const BUCKET = 'conformance';
const servers = await Promise.all([startS3Server('radosgw'), startS3Server('versitygw')]);
for (const server of servers) await new S3Client({ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true, credentials: server }).send(new CreateBucketCommand({ Bucket: BUCKET }));
test.after.always(() => Promise.all(servers.map((server) => server.stop())));

for (const server of servers) {
  const store = storeOf(server);
  const title = (what: string): string => `${server.name}: ${what}`;
  testObjectStore(server.name, () => store, (key) => `s3://${BUCKET}/suite/${key}`);

  test(title('an object in parts'), async (t) => {
    const meter = new StoreMeter();
    const parted = storeOf(server, { partBytes: 5 * 2 ** 20, readChunkBytes: 2 ** 20, meter });
    const url = `s3://${BUCKET}/parts/large.bin`;
    const all = pattern(13 * 2 ** 20 + 7);
    const writer = await parted.openWrite(url);
    for (let at = 0; at < all.length; at += 700_000) await writer.write(all.subarray(at, at + 700_000));
    t.deepEqual(await listUrls(parted, `s3://${BUCKET}/parts/`), [], 'nothing is to be seen before close');
    const info = await writer.close();
    t.is(info.bytes, all.length);
    t.deepEqual(await parted.stat(url), info);
    t.deepEqual(Buffer.compare(await readAll(parted, url), all), 0);
    t.deepEqual(Buffer.compare(await readAll(parted, url, { start: 6_000_000, end: 9_000_001 }), all.subarray(6_000_000, 9_000_001)), 0);
    t.true(await parted.link(url, `${url}.linked`));
    t.false(await parted.link(url, `${url}.linked`));
    t.deepEqual(Buffer.compare(await readAll(parted, `${url}.linked`), all), 0);
    t.is(meter.retries, 0);
    t.true(meter.bytesWritten >= all.length && meter.bytesRead >= all.length);
  });

  test(title('an upload that is aborted or was killed leaves nothing'), async (t) => {
    const parted = storeOf(server, { partBytes: 5 * 2 ** 20 });
    const url = `s3://${BUCKET}/aborted-parts/large.bin`;
    const writer = await parted.openWrite(url);
    await writer.write(pattern(11 * 2 ** 20));
    await writer.abort();
    const killed = await parted.openWrite(url);
    await killed.write(pattern(11 * 2 ** 20));
    await parted.removeUnfinished?.(`s3://${BUCKET}/aborted-parts/`);
    await t.throwsAsync(killed.close(), { instanceOf: StoreError }, 'its parts are gone');
    t.deepEqual(await listUrls(parted, `s3://${BUCKET}/aborted-parts/`), []);
  });

  test(title('a list of several pages is whole and in order'), async (t) => {
    const keys = Array.from({ length: 1103 }, (_, n) => `pages/${String((n * 7919) % 1103).padStart(5, '0')}`);
    for (let at = 0; at < keys.length; at += 50) await Promise.all(keys.slice(at, at + 50).map((key) => put(store, `s3://${BUCKET}/${key}`, pattern(1))));
    t.deepEqual(await listUrls(store, `s3://${BUCKET}/pages/`), keys.toSorted().map((key) => `s3://${BUCKET}/${key}`));
  });

  test(title('wrong key, wrong secret, no bucket, no object: one clear line each, and no credential in it'), async (t) => {
    const url = `s3://${BUCKET}/none.bin`;
    const cases = [
      { store: store, url, code: 'not-found', says: /no such object/ },
      { store: store, url: 's3://no-such-bucket-here/x', code: 'not-found', says: /no (bucket|such object)/ },
      { store: storeOf(server, { credentials: { ...keysOf(server), secretAccessKey: 'wrong-secret-of-a-test' } }), url, code: 'denied', says: /credentials|denied/ },
      { store: storeOf(server, { credentials: { ...keysOf(server), accessKeyId: 'WRONGKEYOFATEST' } }), url, code: 'denied', says: /credentials|denied/ },
      { store: storeOf(server, { anonymous: true }), url, code: 'denied', says: /denied/ },
    ];
    for (const [n, { store: asked, url: at, code, says }] of cases.entries()) {
      for (const call of [() => readAll(asked, at), () => asked.stat(at), () => listUrls(asked, at)]) {
        const error = await call().then(() => undefined, (thrown: unknown) => thrown as StoreError);
        if (error === undefined) t.is(n, 0, 'a list of nothing is empty');
        else {
          t.true(error instanceof StoreError, String(error));
          t.is(error.code, code as StoreError['code'], `${n}: ${error.message}`);
          t.regex(error.message, says);
          t.false([server.accessKeyId, server.secretAccessKey, 'wrong-secret-of-a-test', 'WRONGKEYOFATEST'].some((secret) => `${error.message}${error.stack}`.includes(secret)));
        }
      }
    }
  });
}

function storeOf(server: S3Server, options: S3StoreOptions = {}) {
  return s3Store({ endpoint: server.endpoint, credentials: keysOf(server), ...options });
}

function keysOf({ accessKeyId, secretAccessKey }: S3Server) {
  return { accessKeyId, secretAccessKey };
}
