import { createHash } from 'node:crypto';
import test from 'ava';
import { httpStore } from '../../storage/httpStore.js';
import { StoreError } from '../../storage/objectStore.js';
import { fakeServer, ranged } from '../helpers/fakeServer.js';
import { pattern, readAll } from './conformance.js';

const content = Buffer.from(pattern(100_003));
const etag = `"${createHash('md5').update(content).digest('hex')}"`;

/** `/ranges`, `/no-ranges`, `/no-length`, `/no-head`, `/to/N` (N redirects), `/nowhere`, `/changing`, ... */
const server = await fakeServer((request, response) => {
  const path = request.url as string;
  const send = (status: number, headers: Record<string, string>, body: Buffer): void => {
    response.writeHead(status, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const hops = /^\/to\/(\d+)$/.exec(path)?.[1];
  if (hops !== undefined) return send(302, { location: hops === '0' ? '/ranges' : `/to/${Number(hops) - 1}` }, Buffer.alloc(0));
  if (path === '/nowhere') return send(302, {}, Buffer.alloc(0));
  if (path === '/file') return send(302, { location: 'file:///etc/passwd' }, Buffer.alloc(0));
  if (path === '/none') return send(404, {}, Buffer.from('no'));
  if (path === '/denied') return send(403, {}, Buffer.from('no'));
  if (path === '/compressed') return send(200, { 'content-encoding': 'gzip' }, content);
  if (path === '/no-head' && request.method === 'HEAD') return send(405, {}, Buffer.alloc(0));
  if (path === '/no-ranges') return send(200, { etag, 'content-length': String(content.length) }, content);
  if (path === '/no-length') {
    response.writeHead(200, { 'last-modified': 'Tue, 01 Sep 2026 10:00:00 GMT', 'transfer-encoding': 'chunked' });
    if (request.method === 'HEAD') return void response.end();
    for (let at = 0; at < content.length; at += 7000) response.write(content.subarray(at, at + 7000));
    return void response.end();
  }
  if (path === '/changing') {
    const { status, headers, body } = ranged(request.headers.range, content);
    return send(status, { ...headers, etag: request.headers.range === 'bytes=0-511' || request.method === 'HEAD' ? etag : '"other"', 'content-length': String(body.length) }, body);
  }
  const { status, headers, body } = ranged(request.headers.range, content);
  return send(status, { ...headers, etag, 'content-length': String(body.length) }, body);
});
test.after.always(() => server.close());
const store = httpStore({ readChunkBytes: 4096, retryBaseMs: 1 });
const at = (path: string): string => `${server.origin}${path}`;

for (const path of ['/ranges', '/no-ranges', '/no-length', '/no-head', '/to/3']) {
  test(`${path}: size, version, any range`, async (t) => {
    const info = await store.stat(at(path));
    t.is(info.bytes, content.length);
    t.not(info.etag, '');
    for (const range of [{}, { start: 1, end: 2 }, { end: 5000 }, { start: 50_000, end: 60_001 }, { start: 99_999 }, { start: 100_003 }, { start: 3, end: 1e9 }, { start: 7, end: 7 }]) {
      t.is(Buffer.compare(await readAll(store, at(path), range), content.subarray(range.start ?? 0, range.end)), 0, JSON.stringify(range));
    }
    t.is((await t.throwsAsync(readAll(store, at(path), { start: 100_004 }), { instanceOf: StoreError }))?.code, 'bad-range');
  });
}

test('what goes wrong is named', async (t) => {
  const cases = [
    ['/none', 'not-found', /no such object/], ['/denied', 'denied', /denied/], ['/to/9', 'other', /more than 5 redirects/], ['/nowhere', 'other', /does not say whereto/],
    ['/file', 'other', /redirects from http: to file:/], ['/compressed', 'other', /compresses/], ['/changing', 'other', /changed while the run was reading it/],
  ] as const;
  for (const [path, code, says] of cases) {
    const error = await t.throwsAsync(readAll(store, at(path)), { instanceOf: StoreError }, path);
    t.is(error?.code, code, path);
    t.regex(String(error?.message), says);
  }
  await t.throwsAsync(store.openWrite(at('/x')), { instanceOf: StoreError, message: /only read/ });
  await t.throwsAsync(store.createOnce(at('/x'), pattern(1)), { instanceOf: StoreError, message: /only read/ });
  await t.throwsAsync(async () => { for await (const _ of store.list(at('/'))) void _; }, { instanceOf: StoreError, message: /no list/ });
});

test('a URL with a secret in it is refused, and the secret is not told', async (t) => {
  for (const url of ['https://user:hush@host/a.tar', 'https://host/a.tar?X-Amz-Signature=hush', 'https://host/a.tar?sig=hush']) {
    const error = await t.throwsAsync(store.stat(url), { instanceOf: StoreError });
    t.is(error?.code, 'bad-url');
    t.notRegex(`${error?.message}${error?.url}`, /hush/);
  }
});
