import test from 'ava';
import { memoryStore } from '../../storage/memoryStore.js';
import { listUrls, pattern, put, readAll, testObjectStore } from '../storage/conformance.js';
import { wrapStore, type StoreCall } from './wrapStore.js';

testObjectStore('wrapped memory', () => wrapStore(memoryStore({ readChunkBytes: 1000 }), {}), (key) => `memory://test/${key}`);

test('every call is seen, numbered in order', async (t) => {
  const seen: string[] = [];
  const note = (when: string) => ({ name, url, to, ordinal }: StoreCall) => void seen.push(`${when} ${ordinal} ${name} ${url.slice(9)}${to === undefined ? '' : ` ${to.slice(9)}`}`);
  const store = wrapStore(memoryStore(), { before: note('>'), after: note('<') });
  await put(store, 'memory://a', pattern(3));
  await store.stat('memory://a');
  await readAll(store, 'memory://a');
  await listUrls(store, 'memory://');
  await store.createOnce('memory://b', pattern(1));
  await store.link('memory://a', 'memory://c');
  await store.remove('memory://a');
  await (await store.openWrite('memory://d')).abort();
  const calls = ['openWrite a', 'write a', 'close a', 'stat a', 'read a', 'list ', 'createOnce b', 'link a c', 'remove a', 'openWrite d', 'abort d'];
  t.deepEqual(seen, calls.flatMap((call, n) => ['>', '<'].map((when) => `${when} ${n} ${call}`)));
});

test('a hook that throws fails the call: before it, without effect; after it, with effect', async (t) => {
  const memory = memoryStore();
  const failing = (hook: 'before' | 'after') => wrapStore(memory, { [hook]: ({ ordinal }: StoreCall) => {
    if (ordinal === 0) throw new Error(`killed ${hook}`);
  } });
  await t.throwsAsync(failing('before').createOnce('memory://a', pattern(1)), { message: 'killed before' });
  await t.throwsAsync(failing('after').createOnce('memory://b', pattern(1)), { message: 'killed after' });
  t.deepEqual(await listUrls(memory, 'memory://'), ['memory://b']);
  await t.throwsAsync(readAll(failing('before'), 'memory://b'), { message: 'killed before' });
  await t.throwsAsync(readAll(failing('after'), 'memory://b'), { message: 'killed after' });
});
