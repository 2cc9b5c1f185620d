import type { ObjectStore } from './objectStore.js';

/** Write a whole object, in place of one that is there; nothing is left of it when that fails. @throws StoreError */
export async function writeObject(store: ObjectStore, url: string, bytes: Uint8Array): Promise<void> {
  const writer = await store.openWrite(url);
  try {
    await writer.write(bytes);
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
