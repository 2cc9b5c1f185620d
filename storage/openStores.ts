import { cachedStore } from './cachedStore.js';
import { lazyStore } from './lazyStore.js';
import { StoreError, type ObjectStore } from './objectStore.js';
import { remoteSettings, type RemoteOptions } from './remote/remoteOptions.js';
import { StoreMeter } from './remote/storeMeter.js';
import { createStores, type Stores } from './stores.js';

export interface OpenStoresOptions {
  /** This run is the only writer of its output. @default false */
  readonly singleRunner?: boolean;
  /** Processes of this machine that send at the same time: each begins at its share of `requestsPerSecond`, and slows down and recovers by itself. @default 1 */
  readonly processes?: number;
  /** Told what a person should know and no run fails of, such as a full disk below the cache. @default stderr */
  readonly warn?: (message: string) => void;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface OpenStores {
  readonly stores: Stores;
  /** Of all remote stores together. */
  readonly meter: StoreMeter;
}

/**
 * Every store there is, with one meter: local files, `s3:`, `gs:`, `http:` and `https:`. Each is loaded when a URL of its kind is met.
 *
 * Credentials, endpoints and regions come from the variables that the tools of each store use. Ours, which reach lane processes too:
 * - `MILLRACE_STORAGE`: options of remote stores as JSON, such as `{"stallTimeoutMs": 60000, "attempts": 4}` (@see RemoteOptions)
 * - `MILLRACE_S3_ANONYMOUS=1`, `MILLRACE_GCS_ANONYMOUS=1`: public buckets, nothing is signed
 * - `MILLRACE_S3_REQUESTER_PAYS=1`; `MILLRACE_S3_PATH_STYLE=1` or `0`
 * - `MILLRACE_CACHE=FOLDER`, `MILLRACE_CACHE_BYTES=50G`: keep what is read on the local disk (@see cachedStore); 10G where only the folder is set
 * - `GOOGLE_CLOUD_QUOTA_PROJECT`: the project that pays for requests to Google's storage
 *
 * @throws StoreError `bad-url` for a `MILLRACE_STORAGE` that is none
 */
export function openStores({ singleRunner = false, processes = 1, warn = (message) => void process.stderr.write(`millrace: ${message}\n`), env = process.env }: OpenStoresOptions = {}): OpenStores {
  const meter = new StoreMeter();
  const given = remoteOptionsOf(env.MILLRACE_STORAGE);
  const remote: RemoteOptions = { ...given, requestsPerSecond: Math.max(1, remoteSettings(given).requestsPerSecond / processes), ...(singleRunner ? { singleRunner } : {}) };
  const flag = (name: string): boolean | undefined => (env[name] === undefined || env[name] === '' ? undefined : env[name] !== '0');
  const s3 = lazyStore(async () => {
    const pathStyle = flag('MILLRACE_S3_PATH_STYLE');
    return (await import('./s3Store.js')).s3Store({ ...remote, meter, anonymous: flag('MILLRACE_S3_ANONYMOUS') ?? false, requesterPays: flag('MILLRACE_S3_REQUESTER_PAYS') ?? false, ...(pathStyle === undefined ? {} : { pathStyle }) });
  });
  const gs = lazyStore(async () => {
    const anonymous = flag('MILLRACE_GCS_ANONYMOUS');
    const userProject = env.GOOGLE_CLOUD_QUOTA_PROJECT;
    return (await import('./gcsStore.js')).gcsStore({ ...remote, meter, ...(anonymous === undefined ? {} : { anonymous }), ...(userProject === undefined ? {} : { userProject }) });
  });
  const http = lazyStore(async () => (await import('./httpStore.js')).httpStore({ ...remote, meter }));
  const folder = env.MILLRACE_CACHE;
  const cached = (store: ObjectStore): ObjectStore => (folder === undefined || folder === '' ? store : cachedStore(store, { folder, maxBytes: cacheBytesOf(env.MILLRACE_CACHE_BYTES), warn }));
  const web = cached(http);
  return { stores: createStores({ s3: cached(s3), gs: cached(gs), http: web, https: web }), meter };
}

function cacheBytesOf(text = '10G'): number {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)$/i.exec(text);
  const bytes = match === null ? Number.NaN : Math.floor(Number(match[1]) * 1024 ** ' KMGT'.indexOf((match[2] as string).toUpperCase() || ' '));
  if (!(bytes >= 1)) throw new StoreError('bad-url', '', `MILLRACE_CACHE_BYTES must be a number of bytes, such as 50G, got ${JSON.stringify(text)}`);
  return bytes;
}

function remoteOptionsOf(text: string | undefined): RemoteOptions {
  if (text === undefined || text === '') return {};
  const bad = (why: string, cause?: unknown): StoreError => new StoreError('bad-url', '', `MILLRACE_STORAGE must be a JSON object of options such as {"attempts": 4}: ${why}`, cause);
  let options: unknown;
  try {
    options = JSON.parse(text);
  } catch (cause) {
    throw bad((cause as Error).message, cause);
  }
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw bad(`got ${text}`);
  const known = remoteSettings();
  const strange = Object.keys(options).find((name) => typeof known[name as keyof RemoteOptions] !== typeof (options as Record<string, unknown>)[name]);
  if (strange !== undefined) throw bad(`${JSON.stringify(strange)} is no option, or not of its kind; there are ${Object.keys(known).join(', ')}`);
  try {
    remoteSettings(options);
  } catch (cause) {
    throw bad((cause as Error).message, cause);
  }
  return options;
}
