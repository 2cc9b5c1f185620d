import { byteRange } from './byteRange.js';
import { BlockFiles } from './cache/blockFiles.js';
import { StoreError, type ObjectInfo, type ObjectStore, type ReadOptions } from './objectStore.js';

export interface CachedStoreOptions {
  /** A folder on this machine's own disk; processes may share it. */
  readonly folder: string;
  /** Bytes kept at most; more for a moment, while a block is written. */
  readonly maxBytes: number;
  /** Size of what is read and kept at once, in bytes. @default 4 MiB */
  readonly blockBytes?: number;
  /** Told once when the disk takes no more. @default nobody */
  readonly warn?: (message: string) => void;
}

/**
 * A remote store whose readings are kept on the local disk, by blocks of each version of an object (URL, etag): @see BlockFiles. Only reading is
 * cached; looks at objects, lists and writes go through. `fresh` readings go past it, so that a damage that is declared is the store's.
 */
export function cachedStore(store: ObjectStore, { folder, maxBytes, blockBytes = 4 * 2 ** 20, warn = () => {} }: CachedStoreOptions): ObjectStore {
  for (const [name, value] of Object.entries({ maxBytes, blockBytes })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`\`${name}\` must be an integer from 1 up, got ${value}`);
  }
  const files = new BlockFiles({ folder, maxBytes, warn });
  const versions = new Map<string, ObjectInfo>();
  /** Blocks on their way: two readers of one ask once. */
  const coming = new Map<string, Promise<Uint8Array>>();

  const look = async (url: string): Promise<ObjectInfo> => {
    const info = await store.stat(url);
    versions.set(url, info);
    return info;
  };

  async function fetch({ url, bytes, etag }: ObjectInfo, name: string, block: number): Promise<Uint8Array> {
    const kept = await files.get(name);
    const [start, end] = [block * blockBytes, Math.min(bytes, (block + 1) * blockBytes)];
    if (kept?.byteLength === end - start) return kept;
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.read(url, { start, end })) chunks.push(chunk);
    // Written by this process meanwhile: the store let that pass, and these bytes may be of either version.
    if (versions.get(url)?.etag !== etag) throw new StoreError('other', url, `${url} changed while the run was reading it; run again on the new content`);
    const got = chunks.length === 1 ? (chunks[0] as Uint8Array) : new Uint8Array(Buffer.concat(chunks));
    await files.put(name, got);
    return got;
  }

  function blockOf(info: ObjectInfo, block: number): Promise<Uint8Array> {
    const name = BlockFiles.nameOf(info.url, info.etag, info.bytes, blockBytes, block);
    let found = coming.get(name);
    if (found === undefined) {
      found = fetch(info, name, block).finally(() => coming.delete(name));
      found.catch(() => undefined); // it may be one that was asked for ahead, and nobody waits for it
      coming.set(name, found);
    }
    return found;
  }

  async function* read(url: string, options: ReadOptions): AsyncGenerator<Uint8Array> {
    const { signal } = options;
    signal?.throwIfAborted();
    const info = versions.get(url) ?? (await look(url));
    const { start, end } = byteRange(url, options, info.bytes);
    for (let at = start; at < end; ) {
      const block = Math.floor(at / blockBytes);
      const bytes = blockOf(info, block);
      if ((block + 1) * blockBytes < end) void blockOf(info, block + 1);
      const first = block * blockBytes;
      const chunk = (await bytes).slice(at - first, end - first); // others may hold the block
      signal?.throwIfAborted();
      yield chunk;
      signal?.throwIfAborted();
      at += chunk.byteLength;
    }
  }

  const written = <T>(url: string, result: T): T => {
    versions.delete(url);
    return result;
  };
  return {
    ...store,
    stat: look,
    read: (url, options = {}) => (options.fresh === true ? store.read(url, options) : read(url, options)),
    async openWrite(url) {
      const writer = await store.openWrite(url);
      return { write: (chunk) => writer.write(chunk), abort: () => writer.abort(), close: async () => written(url, await writer.close()) };
    },
    createOnce: async (url, bytes) => written(url, await store.createOnce(url, bytes)),
    link: async (from, to) => written(to, await store.link(from, to)),
    remove: async (url) => written(url, await store.remove(url)),
  };
}
