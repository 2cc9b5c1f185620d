import test from 'ava';
import { memoryStore } from '../../storage/memoryStore.js';
import { pattern, put, readAll, testObjectStore } from './conformance.js';

testObjectStore('memory', () => memoryStore({ readChunkBytes: 1000 }), (key) => `memory://test/${key}`);

test('every store has its own objects', async (t) => {
  const [one, other] = [memoryStore(), memoryStore()];
  await put(one, 'memory://a', pattern(3));
  await t.throwsAsync(other.stat('memory://a'), { message: /no such object/ });
});

test('readChunkBytes splits a reading anywhere', async (t) => {
  for (const cut of [1, 2, 7, 9]) {
    const store = memoryStore({ readChunkBytes: (offset) => (offset < cut ? cut : 100) });
    await put(store, 'memory://a', pattern(10));
    const sizes: number[] = [];
    for await (const chunk of store.read('memory://a')) sizes.push(chunk.length);
    t.deepEqual(sizes, [cut, 10 - cut]);
  }
  const bad = memoryStore({ readChunkBytes: 0 });
  await put(bad, 'memory://a', pattern(1));
  await t.throwsAsync(readAll(bad, 'memory://a'), { instanceOf: RangeError, message: /`readChunkBytes` must be an integer from 1 up, got 0/ });
});
