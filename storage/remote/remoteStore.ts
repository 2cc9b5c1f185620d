import { StoreError, type ListOptions, type ObjectInfo, type ObjectStore } from '../objectStore.js';
import { ByteBudget } from './byteBudget.js';
import { CreateOnce } from './createOnce.js';
import { Hedge } from './hedge.js';
import { PassingFault } from './passingFault.js';
import { readRemote, type RemoteReading } from './readRemote.js';
import type { RemoteDriver, RemoteWriting } from './remoteDriver.js';
import type { RemoteSettings } from './remoteOptions.js';
import { remoteWriter } from './remoteWriter.js';
import { Requests } from './requests.js';
import type { StoreMeter } from './storeMeter.js';

/**
 * A protocol as an ObjectStore: what all remote stores have in common. Requests go at the rate that the bucket bears and again after faults
 * (@see Requests); slow reads are hedged (@see Hedge); an object that was looked at with `stat` keeps its etag for the life of the store, so that no
 * reading mixes two versions; writes appear whole or not at all; create-once holds between machines (@see CreateOnce).
 */
export function remoteStore(driver: RemoteDriver, settings: RemoteSettings, meter: StoreMeter): ObjectStore {
  const requests = new Requests({ settings, meter });
  const pins = new Map<string, string>();
  const reading: RemoteReading = {
    driver,
    requests,
    hedge: new Hedge(settings.hedgeShare, meter),
    ahead: new ByteBudget(settings.readAheadBytes),
    readChunkBytes: settings.readChunkBytes,
    pinned: (url) => pins.get(url),
  };
  const once = (): CreateOnce => (creating ??= new CreateOnce({
    driver, requests, writing: writingOf(''), singleRunner: settings.singleRunner,
    read: (url, etag) => readRemote(url, {}, { ...reading, pinned: () => etag }),
  }));
  let creating: CreateOnce | undefined;

  function writingOf(url: string): RemoteWriting {
    if (driver.writing === undefined) throw new StoreError('denied', url, `cannot write ${url}: this kind of store is only read; write to a folder, s3:// or gs://`);
    return driver.writing;
  }

  return {
    async stat(url) {
      driver.check(url);
      const head = await requests.run({ action: 'open', url, bucket: driver.bucketOf(url) }, () => driver.head(url));
      pins.set(url, head.etag);
      return { url, bytes: head.bytes ?? (await measure(url)), etag: head.etag };
    },

    read: (url, options = {}) => readRemote(url, options, reading),

    list: (prefix, options = {}) => list(driver, requests, prefix, options),

    async openWrite(url) {
      driver.check(url);
      return remoteWriter(url, { driver, writing: writingOf(url), requests, partBytes: settings.partBytes, written: () => void pins.delete(url) });
    },

    async createOnce(url, bytes) {
      driver.check(url);
      writingOf(url);
      pins.delete(url);
      return await once().createOnce(url, bytes);
    },

    async link(from, to) {
      writingOf(to);
      for (const url of [from, to]) pins.delete(url);
      return await once().link(from, to);
    },

    async remove(url) {
      driver.check(url);
      pins.delete(url);
      await requests.run({ action: 'remove', url, bucket: driver.bucketOf(url) }, () => writingOf(url).remove(url));
    },

    async removeUnfinished(prefix) {
      await requests.run({ action: 'tidy', url: prefix, bucket: driver.bucketOf(prefix) }, () => writingOf(prefix).removeUnfinished(prefix));
    },
  };

  /** The size of an object whose server does not tell it: by reading it. */
  async function measure(url: string): Promise<number> {
    let bytes = 0;
    for await (const chunk of readRemote(url, {}, reading)) bytes += chunk.byteLength;
    return bytes;
  }
}

/** Of a page that begins before the last one ended, the server is asked again. */
async function* list(driver: RemoteDriver, requests: Requests, prefix: string, { maxDepth = Number.POSITIVE_INFINITY }: ListOptions): AsyncGenerator<ObjectInfo> {
  const isWanted = ({ url }: ObjectInfo): boolean => url.startsWith(prefix) && slashesIn(url, prefix.length) <= maxDepth && !url.endsWith('/');
  const odd: ObjectInfo[] = [];
  let last = '';
  let from: string | undefined;
  do {
    const page = await requests.run({ action: 'list', url: prefix, bucket: driver.bucketOf(prefix) }, async () => {
      const { objects, next } = await driver.list(prefix, maxDepth === 0, from);
      const sorted = objects.toSorted((a, b) => compareBytes(a.url, b.url));
      if (sorted[0] !== undefined && compareBytes(sorted[0].url, last) < 0) throw new PassingFault('reordered', prefix, `a page of its objects begins with ${sorted[0].url}, after ${last}`);
      return { sorted, next };
    });
    for (const info of page.sorted) {
      if (info.url === last) continue;
      last = info.url;
      if (!isWanted(info)) continue;
      // Servers sort by bytes of UTF-8. That is the order of code units up to the first character from U+D800 on: all before such a name come before all after it.
      if (odd.length > 0 || HIGH.test(info.url)) odd.push(info);
      else yield info;
    }
    from = page.next;
  } while (from !== undefined);
  yield* odd.toSorted((a, b) => (a.url < b.url ? -1 : 1));
}

function slashesIn(url: string, from: number): number {
  let count = 0;
  for (let at = url.indexOf('/', from); at >= 0; at = url.indexOf('/', at + 1)) count += 1;
  return count;
}

/** Surrogates, and what comes after them in UTF-16 and before what they mean in UTF-8. */
const HIGH = /[\uD800-\uFFFF]/;

/** By bytes of UTF-8, which is the order of code points. */
function compareBytes(a: string, b: string): number {
  if (!HIGH.test(a) && !HIGH.test(b)) return a < b ? -1 : Number(a > b);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
