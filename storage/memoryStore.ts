import { byteRange } from './byteRange.js';
import { StoreError, type ObjectInfo, type ObjectStore } from './objectStore.js';

export interface MemoryStoreOptions {
  /**
   * Size of the chunks that `read` gives, in bytes: one number, or a function of the chunk's offset in the object, so that a test can split a
   * reading anywhere.
   * @default 64 KiB
   */
  readonly readChunkBytes?: number | ((offset: number) => number);
}

interface Stored {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/**
 * An ObjectStore that lives and dies with this value, for tests and small things in between. URLs are `memory://...`; slashes mean nothing
 * to it. The etag counts the contents that the store has seen.
 */
export function memoryStore({ readChunkBytes = 65_536 }: MemoryStoreOptions = {}): ObjectStore {
  const objects = new Map<string, Stored>();
  let contents = 0;

  const put = (url: string, bytes: Uint8Array): ObjectInfo => {
    contents += 1;
    objects.set(url, { bytes, etag: `memory-${contents}` });
    return { url, bytes: bytes.length, etag: `memory-${contents}` };
  };
  const get = (url: string): Stored => {
    const stored = objects.get(checked(url));
    if (stored === undefined) throw new StoreError('not-found', url, `cannot read ${url}: no such object in this memory store (it has ${objects.size})`);
    return stored;
  };

  return {
    async stat(url) {
      const { bytes, etag } = get(url);
      return { url, bytes: bytes.length, etag };
    },

    async *read(url, options = {}) {
      const { signal } = options;
      signal?.throwIfAborted();
      const { bytes } = get(url); // a later overwrite puts other bytes; these stay
      const { start, end } = byteRange(url, options, bytes.length);
      for (let at = start; at < end; ) {
        const size = typeof readChunkBytes === 'number' ? readChunkBytes : readChunkBytes(at);
        if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`\`readChunkBytes\` must be an integer from 1 up, got ${size} at offset ${at}`);
        const next = Math.min(at + size, end);
        yield bytes.slice(at, next);
        signal?.throwIfAborted();
        at = next;
      }
    },

    async *list(prefix, { maxDepth = Infinity } = {}) {
      for (const url of Array.from(objects.keys()).toSorted()) {
        const stored = objects.get(url);
        if (stored === undefined || !url.startsWith(prefix)) continue;
        if (url.slice(prefix.length).split('/').length - 1 > maxDepth) continue;
        yield { url, bytes: stored.bytes.length, etag: stored.etag };
      }
    },

    async openWrite(url) {
      checked(url);
      const chunks: Uint8Array[] = [];
      let state: 'open' | 'closed' | 'aborted' = 'open';
      const demandOpen = (): void => {
        if (state !== 'open') throw new StoreError('other', url, `cannot write ${url}: its writer is ${state} already`);
      };
      return {
        async write(chunk) {
          demandOpen();
          chunks.push(chunk.slice());
        },
        async close() {
          demandOpen();
          state = 'closed';
          return put(url, new Uint8Array(Buffer.concat(chunks)));
        },
        async abort() {
          if (state === 'open') state = 'aborted';
        },
      };
    },

    async createOnce(url, bytes) {
      if (objects.has(checked(url))) return false;
      put(url, bytes.slice());
      return true;
    },

    async link(from, to) {
      const { bytes } = get(from);
      if (objects.has(checked(to))) return false;
      put(to, bytes);
      return true;
    },

    async remove(url) {
      objects.delete(checked(url));
    },
  };
}

function checked(url: string): string {
  if (/^memory:\/\/.*[^/]$/s.test(url)) return url;
  throw new StoreError('bad-url', url, `not the name of an object in memory: ${JSON.stringify(url)}; write memory://name`);
}
