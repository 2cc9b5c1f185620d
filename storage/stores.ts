import { fileStore } from './fileStore.js';
import { StoreError, type ObjectStore } from './objectStore.js';
import { schemeOf } from './schemeOf.js';

/** The store that a URL belongs to. @throws StoreError `bad-url` */
export type Stores = (url: string) => ObjectStore;

/**
 * Stores by scheme. Plain paths and `file:` URLs go to the local file system unless `drivers.file` says otherwise; other schemes are the keys
 * of `drivers`, in lower case and without the colon: `createStores({ memory: memoryStore(), s3: s3Store() })`.
 *
 * `pipe:` is refused and cannot be given a driver: it would run a command that came with a list of data (DESIGN section 7).
 */
export function createStores(drivers: Readonly<Record<string, ObjectStore>> = {}): Stores {
  const byScheme = new Map(Object.entries({ file: fileStore(), ...drivers }));
  for (const scheme of byScheme.keys()) {
    if (scheme === 'pipe') throw new RangeError('`drivers` must not have a driver for pipe: (a URL must never run a command)');
    if (!/^[a-z][a-z0-9+.-]+$/.test(scheme)) throw new RangeError(`\`drivers\` must be keyed by schemes such as s3, in lower case and without a colon, got ${JSON.stringify(scheme)}`);
  }
  const known = `known are plain paths and ${Array.from(byScheme.keys(), (scheme) => `${scheme}:`).toSorted().join(', ')}`;

  return (url) => {
    const scheme = schemeOf(url);
    if (scheme === 'pipe') {
      throw new StoreError('bad-url', url, `refused ${url}: a pipe: URL runs a command, and lists of data come from strangers; read the object by its own URL, or copy it to a file first`);
    }
    const slip = scheme === undefined ? Array.from(byScheme.keys()).find((name) => url.toLowerCase().startsWith(`${name}:`)) : undefined;
    if (slip !== undefined) throw new StoreError('bad-url', url, `no URL: ${url}; write ${slip}://..., or ./${url} for a file of that name`);
    const store = byScheme.get(scheme ?? 'file');
    if (store === undefined) throw new StoreError('bad-url', url, `no store for ${scheme}: (${url}); ${known}`);
    return store;
  };
}
