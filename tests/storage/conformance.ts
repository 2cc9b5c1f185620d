import test from 'ava';
import { StoreError, type ObjectStore, type ReadOptions } from '../../storage/objectStore.js';

/**
 * What every driver of ObjectStore must pass.
 *
 * @param makeStore called for each test; the stores may share their objects, since every test has a folder of its own
 * @param makeUrl the URL of a key such as `list/a b.tar`; a key that ends in a slash or in the middle of a name is used as a prefix
 */
export function testObjectStore(name: string, makeStore: () => ObjectStore, makeUrl: (key: string) => string): void {
  const title = (what: string) => `${name}: ${what}`;

  test(title('stat tells bytes and an etag that follows the content'), async (t) => {
    const store = makeStore();
    const url = makeUrl('stat/a.bin');
    const closed = await put(store, url, pattern(1000));
    t.is(closed.url, url);
    t.is(closed.bytes, 1000);
    t.deepEqual(await store.stat(url), closed);
    const again = await put(store, url, pattern(1000).toReversed());
    t.not(again.etag, closed.etag, 'same length, other content');
    t.deepEqual(await store.stat(url), again);
  });

  test(title('a missing object is not-found and named'), async (t) => {
    const store = makeStore();
    const url = makeUrl('missing/none.bin');
    for (const call of [() => store.stat(url), () => readAll(store, url), () => store.link(url, makeUrl('missing/to.bin'))]) {
      const error = await t.throwsAsync(call, { instanceOf: StoreError });
      t.is(error?.code, 'not-found');
      t.is(error?.url, url);
      t.true(error?.message.includes(url));
    }
    await t.notThrowsAsync(store.remove(url), 'removing what is missing is fine');
    t.deepEqual(await listUrls(store, makeUrl('missing/')), []);
    t.deepEqual(await listUrls(store, makeUrl('no-such-folder/deep/x')), []);
  });

  test(title('read gives any range'), async (t) => {
    const store = makeStore();
    const url = makeUrl('ranges/a.bin');
    const all = pattern(10_007);
    await put(store, url, all);
    const ranges: ReadOptions[] = [{}, { start: 0 }, { start: 1, end: 2 }, { end: 5000 }, { start: 4999, end: 10_006 }, { start: 10_006 }, { start: 7, end: 7 }, { start: 10_007 }, { start: 3, end: 1e9 }];
    for (const range of ranges) t.deepEqual(await readAll(store, url, range), all.slice(range.start ?? 0, range.end), JSON.stringify(range));
    for (const range of [{ start: 10_008 }, { start: 10_008, end: 10_009 }, { start: -1 }, { start: 5, end: 4 }, { start: 0.5 }, { end: Number.NaN }]) {
      const error = await t.throwsAsync(readAll(store, url, range), { instanceOf: StoreError }, JSON.stringify(range));
      t.is(error?.code, 'bad-range');
      t.true(error?.message.includes(url));
    }
  });

  test(title('an empty object'), async (t) => {
    const store = makeStore();
    const url = makeUrl('empty/a.bin');
    const writer = await store.openWrite(url);
    t.is((await writer.close()).bytes, 0);
    t.is((await store.stat(url)).bytes, 0);
    t.deepEqual(await readAll(store, url), new Uint8Array());
    t.true(await store.createOnce(makeUrl('empty/b.bin'), new Uint8Array()));
    t.deepEqual(await readAll(store, makeUrl('empty/b.bin')), new Uint8Array());
  });

  test(title('chunks belong to the consumer'), async (t) => {
    const store = makeStore();
    const url = makeUrl('own/a.bin');
    const all = pattern(5000);
    await put(store, url, all);
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.read(url)) chunks.push(chunk);
    t.deepEqual(new Uint8Array(Buffer.concat(chunks)), all, 'earlier chunks are not overwritten by later ones');
    for (const chunk of chunks) chunk.fill(0);
    t.deepEqual(await readAll(store, url), all, 'writing into chunks does not touch the object');
  });

  test(title('a writer takes copies, in the order of the calls'), async (t) => {
    const store = makeStore();
    const url = makeUrl('order/a.bin');
    const writer = await store.openWrite(url);
    const chunk = new Uint8Array(3).fill(1);
    await writer.write(chunk);
    chunk.fill(9);
    await Promise.all([2, 3, 4, 5].map((value) => writer.write(new Uint8Array(50_000).fill(value))));
    await writer.close();
    const bytes = await readAll(store, url);
    t.is(bytes.length, 200_003);
    t.deepEqual([0, 3, 50_003, 100_003, 150_003, 200_002].map((at) => bytes[at]), [1, 2, 3, 4, 5, 5]);
  });

  test(title('leaving a read early is clean, and starting none opens none'), async (t) => {
    const store = makeStore();
    const url = makeUrl('early/a.bin');
    await put(store, url, pattern(100_000));
    store.read(makeUrl('early/none.bin')); // never iterated: no error either
    for await (const chunk of store.read(url)) {
      t.true(chunk.length > 0);
      break;
    }
    await t.throwsAsync(async () => {
      for await (const chunk of store.read(url)) throw new Error(`consumer failed after ${chunk.length}`);
    }, { message: /consumer failed/ });
    await store.remove(url);
    t.deepEqual(await listUrls(store, makeUrl('early/')), []);
  });

  test(title('an abort signal ends a read with its reason'), async (t) => {
    const store = makeStore();
    const url = makeUrl('abort/a.bin');
    await put(store, url, pattern(100_000));
    const reason = new Error('run was stopped');
    const before = await t.throwsAsync(readAll(store, url, { signal: AbortSignal.abort(reason) }));
    t.is(before, reason);
    const controller = new AbortController();
    let chunks = 0;
    const during = await t.throwsAsync(async () => {
      for await (const chunk of store.read(url, { signal: controller.signal })) {
        chunks += chunk.length > 0 ? 1 : 0;
        controller.abort(reason);
      }
    });
    t.is(during, reason);
    t.is(chunks, 1);
  });

  test(title('list is in code unit order, at any depth, from any prefix'), async (t) => {
    const store = makeStore();
    // '-' and '.' come before '/', '0' after it: a walk that sorts names instead of URLs gets these wrong.
    const keys = ['a-b', 'a.tar', 'a/x', 'a/y/z', 'a/y.tar', 'a/y0', 'a0', 'B', 'b c', 'ä', '日本', '𝄞', '\uFF5E', '00010', '0002', '.hidden', 'z/..w'];
    for (const key of keys) await store.createOnce(makeUrl(`listing/list/${key}`), pattern(key.length));
    const urls = keys.map((key) => makeUrl(`listing/list/${key}`)).toSorted();
    t.deepEqual(await listUrls(store, makeUrl('listing/list/')), urls);
    for (const prefix of ['a', 'a/', 'a/y', 'a.', '0', 'b c', 'nothing', 'a.tar', 'a.tar/'].map((start) => `listing/list/${start}`).concat('listing/l')) {
      t.deepEqual(await listUrls(store, makeUrl(prefix)), urls.filter((url) => url.startsWith(makeUrl(prefix))), prefix);
    }
    for await (const info of store.list(makeUrl('listing/list/a'))) t.deepEqual(info, await store.stat(info.url));
  });

  test(title('list stays within maxDepth'), async (t) => {
    const store = makeStore();
    const keys = ['a', 'b/c', 'b/d/e', 'b/d/f/g', 'bb/h'];
    for (const key of keys) await store.createOnce(makeUrl(`depth/${key}`), pattern(1));
    const at = (prefix: string, maxDepth: number) => listUrls(store, makeUrl(prefix), maxDepth);
    const urls = keys.map((key) => makeUrl(`depth/${key}`));
    const [a, c, e, , h] = urls;
    t.deepEqual(await at('depth/', 0), [a]);
    t.deepEqual(await at('depth/', 1), [a, c, h]);
    t.deepEqual(await at('depth/b', 1), [c, h]);
    t.deepEqual(await at('depth/b/', 1), [c, e]);
    t.deepEqual(await at('depth/', 3), urls);
  });

  test(title('a list left early is clean'), async (t) => {
    const store = makeStore();
    for (let n = 0; n < 5; n++) await store.createOnce(makeUrl(`list-early/${n}/x`), pattern(1));
    for await (const { url } of store.list(makeUrl('list-early/'))) {
      t.is(url, makeUrl('list-early/0/x'));
      break;
    }
  });

  test(title('a write is visible only after close'), async (t) => {
    const store = makeStore();
    const url = makeUrl('visible/deep/a.bin');
    const writer = await store.openWrite(url);
    await writer.write(pattern(1000));
    await t.throwsAsync(store.stat(url), { instanceOf: StoreError });
    t.deepEqual(await listUrls(store, makeUrl('visible/')), []);
    await writer.write(pattern(500));
    const info = await writer.close();
    t.is(info.bytes, 1500);
    t.deepEqual(await listUrls(store, makeUrl('visible/')), [url]);
    await t.throwsAsync(writer.write(pattern(1)), { instanceOf: StoreError, message: /closed/ });
    await t.throwsAsync(writer.close(), { instanceOf: StoreError, message: /closed/ });
    await writer.abort();
    t.is((await store.stat(url)).bytes, 1500, 'an abort after close does nothing');
  });

  test(title('an aborted write leaves what was there'), async (t) => {
    const store = makeStore();
    const url = makeUrl('aborted/a.bin');
    const fresh = await store.openWrite(url);
    await fresh.write(pattern(10));
    await fresh.abort();
    await fresh.abort();
    t.deepEqual(await listUrls(store, makeUrl('aborted/')), []);
    await t.throwsAsync(fresh.write(pattern(1)), { instanceOf: StoreError, message: /aborted/ });
    await t.throwsAsync(fresh.close(), { instanceOf: StoreError, message: /aborted/ });
    const old = await put(store, url, pattern(7));
    const second = await store.openWrite(url);
    const pending = second.write(pattern(100_000));
    await second.abort();
    await pending;
    t.deepEqual(await store.stat(url), old);
  });

  test(title('two writers of one URL: the last close wins, whole'), async (t) => {
    const store = makeStore();
    const url = makeUrl('two/a.bin');
    const [first, second] = [await store.openWrite(url), await store.openWrite(url)];
    await first.write(new Uint8Array(1000).fill(1));
    await second.write(new Uint8Array(500).fill(2));
    await second.close();
    await first.close();
    t.deepEqual(await readAll(store, url), new Uint8Array(1000).fill(1));
  });

  test(title('a reader that began sees the old object whole, or an error'), async (t) => {
    const store = makeStore();
    const url = makeUrl('overwritten/a.bin');
    await put(store, url, new Uint8Array(300_000).fill(1));
    const seen: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of store.read(url)) {
        if (seen.length === 0) await put(store, url, new Uint8Array(200_000).fill(2));
        seen.push(chunk);
      }
    })();
    await reading.catch((error: unknown) => t.true(error instanceof StoreError));
    const bytes = Buffer.concat(seen);
    t.true(bytes.every((byte) => byte === 1));
    t.deepEqual(await readAll(store, url), new Uint8Array(200_000).fill(2));
  });

  test(title('createOnce lets one of 20 through'), async (t) => {
    const store = makeStore();
    const url = makeUrl('once/deep/mark.json');
    const wins = await Promise.all(Array.from({ length: 20 }, (_, n) => store.createOnce(url, new Uint8Array(1000 + n).fill(n))));
    t.is(wins.filter(Boolean).length, 1);
    const winner = wins.indexOf(true);
    const stored = await readAll(store, url);
    t.deepEqual(stored, new Uint8Array(1000 + winner).fill(winner));
    t.false(await store.createOnce(url, pattern(1)));
    t.deepEqual(await readAll(store, url), stored, 'a later call changes nothing');
    t.deepEqual(await listUrls(store, makeUrl('once/')), [url], 'losers leave nothing');
  });

  test(title('createOnce keeps its own copy'), async (t) => {
    const store = makeStore();
    const url = makeUrl('once-copy/a.bin');
    const bytes = pattern(10);
    await store.createOnce(url, bytes);
    bytes.fill(0);
    t.deepEqual(await readAll(store, url), pattern(10));
  });

  test(title('link lets one of 20 through and both names live on their own'), async (t) => {
    const store = makeStore();
    const froms = Array.from({ length: 20 }, (_, n) => makeUrl(`link/from-${n}`));
    const to = makeUrl('link/deep/to');
    for (const [n, from] of froms.entries()) await put(store, from, new Uint8Array(100 + n).fill(n));
    const wins = await Promise.all(froms.map((from) => store.link(from, to)));
    t.is(wins.filter(Boolean).length, 1);
    const winner = wins.indexOf(true);
    const content = new Uint8Array(100 + winner).fill(winner);
    t.deepEqual(await readAll(store, to), content);
    t.deepEqual(await readAll(store, froms[winner]!), content, '`from` stays');
    await put(store, froms[winner]!, pattern(5));
    t.deepEqual(await readAll(store, to), content, 'overwriting `from` does not reach `to`');
    await store.remove(froms[winner]!);
    t.deepEqual(await readAll(store, to), content, 'nor does removing it');
    t.false(await store.link(to, to));
    t.deepEqual(await listUrls(store, makeUrl('link/deep/')), [to]);
  });

  test(title('remove makes room for another'), async (t) => {
    const store = makeStore();
    const url = makeUrl('remove/a.bin');
    t.true(await store.createOnce(url, pattern(3)));
    await store.remove(url);
    t.deepEqual(await listUrls(store, makeUrl('remove/')), []);
    t.true(await store.createOnce(url, pattern(4)));
    t.is((await store.stat(url)).bytes, 4);
  });

  test(title('names with unicode, spaces and punctuation'), async (t) => {
    const store = makeStore();
    const names = ['with space.tar', 'ünïcode-日本語-🦉.tar', '100%.tar', '%41.tar', 'a#b?c.tar', "it's [1]{2}*.tar", 'a:b::c.tar', 'back\\slash.tar', '~tilde+plus&and=is.tar', `${'x'.repeat(240)}.tar`];
    for (const [n, name_] of names.entries()) {
      const url = makeUrl(`names/${name_}`);
      t.is((await put(store, url, pattern(n + 1))).url, url);
      t.deepEqual(await readAll(store, url), pattern(n + 1), name_);
      t.true(await store.createOnce(`${url}.once`.replace('x'.repeat(240), 'long'), pattern(1)));
    }
    const listed = await listUrls(store, makeUrl('names/'));
    t.deepEqual(listed.filter((url) => !url.endsWith('.once')), names.map((name_) => makeUrl(`names/${name_}`)).toSorted());
  });

  test(title('a name that cannot be an object is a bad-url'), async (t) => {
    const store = makeStore();
    for (const url of ['', 'nosuchscheme://a/b', makeUrl('bad/')]) {
      t.is((await t.throwsAsync(store.openWrite(url), { instanceOf: StoreError }))?.code, 'bad-url', url);
      t.is((await t.throwsAsync(store.createOnce(url, pattern(1)), { instanceOf: StoreError }))?.code, 'bad-url', url);
    }
  });
}

/** `bytes` bytes that differ from their neighbours, near and far. */
export function pattern(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + (at >> 8) * 17) & 255);
}

export async function put(store: ObjectStore, url: string, bytes: Uint8Array) {
  const writer = await store.openWrite(url);
  await writer.write(bytes);
  return await writer.close();
}

export async function readAll(store: ObjectStore, url: string, options?: ReadOptions): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(url, options)) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

export async function listUrls(store: ObjectStore, prefix: string, maxDepth?: number): Promise<string[]> {
  const urls: string[] = [];
  for await (const { url } of store.list(prefix, maxDepth === undefined ? {} : { maxDepth })) urls.push(url);
  return urls;
}
