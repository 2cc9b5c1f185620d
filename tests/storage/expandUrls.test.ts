import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { expandUrls } from '../../storage/expandUrls.js';
import { memoryStore } from '../../storage/memoryStore.js';
import { StoreError, type ObjectStore } from '../../storage/objectStore.js';
import { createStores } from '../../storage/stores.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-expand-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));

async function storesWith(...names: string[]) {
  const memory = memoryStore();
  for (const name of names) await memory.createOnce(`memory://${name}`, Buffer.from(name));
  return createStores({ memory });
}

const urls = async (...args: Parameters<typeof expandUrls>) => (await expandUrls(...args)).map(({ url }) => url.replace('memory://', ''));

test('plain names, lists and braces, in the order written', async (t) => {
  const stores = await storesWith('a', 'b', 's-08', 's-09', 's-10', 's-11');
  t.deepEqual(await expandUrls('memory://a', stores), [await stores('memory://a').stat('memory://a')]);
  t.deepEqual(await urls('memory://b::memory://a', stores), ['b', 'a']);
  t.deepEqual(await urls(['memory://b', 'memory://s-10::memory://a'], stores), ['b', 's-10', 'a']);
  t.deepEqual(await urls('memory://s-{08..11}', stores), ['s-08', 's-09', 's-10', 's-11']);
  t.deepEqual(await urls('memory://s-{11..08}::memory://{a,b}', stores), ['s-11', 's-10', 's-09', 's-08', 'a', 'b']);
});

test('wildcards give sorted matches', async (t) => {
  const stores = await storesWith('d/2.tar', 'd/10.tar', 'd/1.tar', 'd/1.json', 'd/e/3.tar', 'd/.x.tar', 'd/e/f/4.tar', 'd2/5.tar');
  t.deepEqual(await urls('memory://d/*.tar', stores), ['d/1.tar', 'd/10.tar', 'd/2.tar']);
  t.deepEqual(await urls('memory://d/?.tar', stores), ['d/1.tar', 'd/2.tar']);
  t.deepEqual(await urls('memory://d/[!2].tar::memory://d/{e,e/f}/*', stores), ['d/1.tar', 'd/e/3.tar', 'd/e/f/4.tar']);
  t.deepEqual(await urls('memory://d/**/*.tar', stores), ['d/1.tar', 'd/10.tar', 'd/2.tar', 'd/e/3.tar', 'd/e/f/4.tar']);
  t.deepEqual(await urls('memory://*/**', stores), ['d/1.json', 'd/1.tar', 'd/10.tar', 'd/2.tar', 'd/e/3.tar', 'd/e/f/4.tar', 'd2/5.tar']);
  t.deepEqual(await urls('memory://d*/[1-5].tar', stores), ['d/1.tar', 'd/2.tar', 'd2/5.tar']);
});

test('a wildcard without a match is an error that names it', async (t) => {
  const stores = await storesWith('d/1.tar');
  const error = await t.throwsAsync(expandUrls('memory://d/1.tar::memory://e/*.tar', stores), { instanceOf: StoreError });
  t.is(error?.code, 'not-found');
  t.is(error?.message, 'no object matches memory://e/*.tar; check the folder and the ending');
});

test('missing names are counted and the first are shown', async (t) => {
  const stores = await storesWith('s0', 's3', 's9');
  const single = await t.throwsAsync(expandUrls('memory://none', stores), { instanceOf: StoreError, message: /memory:\/\/none/ });
  t.is(single?.code, 'not-found');
  const error = await t.throwsAsync(expandUrls('memory://s{0..9}', stores), { instanceOf: StoreError });
  t.is(error?.code, 'not-found');
  t.is(error?.url, 'memory://s1');
  t.is(error?.message, '7 of the 10 objects of memory://s{0..9} are missing: memory://s1, memory://s2, memory://s4, memory://s5, memory://s6, ...; check the range');
});

test('other failures come through as they are', async (t) => {
  const denied = new StoreError('denied', 'memory://s1', 'no entry');
  const store: ObjectStore = { ...memoryStore(), stat: (url) => Promise.reject(url.endsWith('1') ? denied : new StoreError('not-found', url, 'none')) };
  t.is(await t.throwsAsync(expandUrls('memory://s{0..3}', createStores({ memory: store }))), denied);
  await t.throwsAsync(expandUrls('pipe:cat {a,b}', createStores()), { message: /runs a command/ });
  await t.throwsAsync(expandUrls('nosuch://a/*', createStores()), { message: /no store for nosuch:/ });
});

test('a URL that comes twice, an empty list and an empty name are errors', async (t) => {
  const stores = await storesWith('a', 'b');
  for (const list of ['memory://{a,b}::memory://a', 'memory://{a,a}', 'memory://*::memory://a']) {
    await t.throwsAsync(expandUrls(list, stores), { instanceOf: StoreError, message: /^memory:\/\/a comes twice/ });
  }
  for (const list of ['', [], 'memory://a::', '::memory://a', ['memory://a', '']]) {
    t.is((await t.throwsAsync(expandUrls(list, stores), { instanceOf: StoreError }))?.code, 'bad-url');
  }
});

test('http: has no list, so * and ? are plain there, and [::1] is a host', async (t) => {
  const http: ObjectStore = { ...memoryStore(), stat: (url) => Promise.resolve({ url, bytes: 1, etag: 'x' }) };
  const stores = createStores({ http });
  const list = 'http://[::1]:80/a?b=*::http://h/{0..1}?c=[d]';
  t.deepEqual((await expandUrls(list, stores)).map(({ url }) => url), ['http://[::1]:80/a?b=*', 'http://h/0?c=[d]', 'http://h/1?c=[d]']);
});

test('${NAME} is not expanded', async (t) => {
  await t.throwsAsync(expandUrls('memory://${HOME}/{a,b}', await storesWith()), { message: /memory:\/\/\$\{HOME\}\/a/ });
});

test('at most 32 stats run at once, over a long list', async (t) => {
  let [running, most] = [0, 0];
  const stat = async (url: string) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return { url, bytes: 1, etag: 'x' };
  };
  const found = await expandUrls('memory://{00000..19999}', createStores({ memory: { ...memoryStore(), stat } }));
  t.is(found.length, 20_000);
  t.is(found[12_345]?.url, 'memory://12345');
  t.is(most, 32);
});

test('files: paths stay paths, URLs stay URLs, folders get advice', async (t) => {
  const stores = createStores();
  const names = ['my data/000.tar', 'my data/001.tar', 'my data/é.tar', 'my data/deep/002.tar', 'my data/a[1].tar'];
  for (const name of names) await stores(root).createOnce(`${root}/${name}`, Buffer.from('x'));
  const found = async (pattern: string) => (await expandUrls(pattern, stores)).map(({ url }) => url);
  t.deepEqual(await found(`${root}/my data/00{0,1}.tar`), [`${root}/my data/000.tar`, `${root}/my data/001.tar`]);
  t.deepEqual(await found(`${root}/*/00?.tar`), [`${root}/my data/000.tar`, `${root}/my data/001.tar`]);
  t.deepEqual(await found(`${root}/my data/a[[]1].tar`), [`${root}/my data/a[1].tar`]);
  const base = pathToFileURL(`${root}/my data/`).href;
  t.deepEqual(await found(`file://${root}/my data/{00?,é}.tar`.replace('é', 'é*')), [`${base}000.tar`, `${base}001.tar`, `${base}%C3%A9.tar`]);
  t.deepEqual(await found(`${base}**/*2.tar`), [`${base}deep/002.tar`]);
  const error = await t.throwsAsync(found(`${root}/my data/`), { instanceOf: StoreError, message: /it is a folder; for the shards in it write .*\/my data\/\*\.tar$/ });
  t.is(error?.code, 'is-directory');
  await t.throwsAsync(found(`${root}/my {data,files}`), { instanceOf: StoreError, message: /it is a folder/ });
});
