import type { ObjectStore } from './objectStore.js';

/** A store that is loaded at its first use: the client of one store must not slow the start of those who use another. */
export function lazyStore(load: () => Promise<ObjectStore>): ObjectStore {
  let loading: Promise<ObjectStore> | undefined;
  const store = (): Promise<ObjectStore> => (loading ??= load());
  return {
    stat: async (url) => (await store()).stat(url),
    async *read(url, options) {
      yield* (await store()).read(url, options);
    },
    async *list(prefix, options) {
      yield* (await store()).list(prefix, options);
    },
    openWrite: async (url) => (await store()).openWrite(url),
    createOnce: async (url, bytes) => (await store()).createOnce(url, bytes),
    link: async (from, to) => (await store()).link(from, to),
    remove: async (url) => (await store()).remove(url),
    removeUnfinished: async (prefix) => (await store()).removeUnfinished?.(prefix),
  };
}
