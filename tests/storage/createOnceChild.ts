/** One of two processes that race in fileStore.test.ts: waits for the time to start, then tries to create or link every key; answers with the keys it won. */
import { fileStore } from '../../storage/fileStore.js';

const [, , folder, keys, how] = process.argv;
const store = fileStore();
const mine = Buffer.from(`${process.pid}`.repeat(500));
const from = `${folder}/from-${process.pid}`;
await store.createOnce(from, mine);

process.on('message', (start) => {
  void race(Number(start));
});
process.send?.('ready');

/** Key n is tried at `start + 10 n` milliseconds of the wall clock, so that the two processes meet on every key. */
async function race(start: number): Promise<void> {
  const won: number[] = [];
  for (let key = 0; key < Number(keys); key++) {
    const url = `${folder}/marks/${key}.json`;
    while (Date.now() < start + 10 * key) await new Promise((resolve) => setImmediate(resolve));
    if (how === 'link' ? await store.link(from, url) : await store.createOnce(url, mine)) won.push(key);
  }
  process.send?.(won, () => process.disconnect());
}
