import type { ObjectStore } from '../../storage/objectStore.js';

/** One call of a store or of a writer that it opened. */
export interface StoreCall {
  readonly name: 'stat' | 'read' | 'list' | 'openWrite' | 'write' | 'close' | 'abort' | 'createOnce' | 'link' | 'remove';
  readonly url: string;
  /** The second URL of `link`. */
  readonly to?: string;
  /** 0, 1, 2, ... over all calls of this wrapped store, in the order they are made. */
  readonly ordinal: number;
}

export interface StoreHooks {
  /** Runs before the call; what it throws is the result of the call, which then does not happen. */
  before?(call: StoreCall): void | Promise<void>;
  /** Runs when the call has succeeded; what it throws replaces the result: the work is done and its answer is lost. */
  after?(call: StoreCall): void | Promise<void>;
}

/**
 * The same store with hooks around every call, for tests that fail, stop or count at the n-th one. `read` and `list` are one call each: `before`
 * runs when the first element is asked for, `after` when the last one was taken (never when the loop is left early).
 *
 *   wrapStore(store, { before(call) { if (call.ordinal === 3) throw new Error('killed'); } })
 */
export function wrapStore(store: ObjectStore, hooks: StoreHooks): ObjectStore {
  let calls = 0;

  const around = async <T>(name: StoreCall['name'], url: string, work: () => Promise<T>, to?: string): Promise<T> => {
    const call: StoreCall = { name, url, ...(to === undefined ? {} : { to }), ordinal: calls++ };
    await hooks.before?.(call);
    const result = await work();
    await hooks.after?.(call);
    return result;
  };

  async function* over<T>(name: StoreCall['name'], url: string, elements: () => AsyncIterable<T>): AsyncGenerator<T> {
    const call: StoreCall = { name, url, ordinal: calls++ };
    await hooks.before?.(call);
    yield* elements();
    await hooks.after?.(call);
  }

  return {
    stat: (url) => around('stat', url, () => store.stat(url)),
    read: (url, options) => over('read', url, () => store.read(url, options)),
    list: (prefix, options) => over('list', prefix, () => store.list(prefix, options)),
    openWrite: (url) =>
      around('openWrite', url, async () => {
        const writer = await store.openWrite(url);
        return {
          write: (chunk) => around('write', url, () => writer.write(chunk)),
          close: () => around('close', url, () => writer.close()),
          abort: () => around('abort', url, () => writer.abort()),
        };
      }),
    createOnce: (url, bytes) => around('createOnce', url, () => store.createOnce(url, bytes)),
    link: (from, to) => around('link', from, () => store.link(from, to), to),
    remove: (url) => around('remove', url, () => store.remove(url)),
  };
}
