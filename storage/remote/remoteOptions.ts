/** How every remote store behaves. Each number is an option and each default is written here: nothing waits, retries or gives up by a hidden rule. */
export interface RemoteOptions {
  /** Time to open a connection (DNS, TCP, TLS), in milliseconds. @default 10,000 */
  readonly connectTimeoutMs?: number;
  /** Time from a request to the first byte of its answer, in milliseconds. @default 30,000 */
  readonly firstByteTimeoutMs?: number;
  /** Time without one byte more, reading or writing, after which a transfer counts as stalled, in milliseconds. @default 30,000 */
  readonly stallTimeoutMs?: number;
  /** Times that one request is sent before its fault ends the work. @default 8 */
  readonly attempts?: number;
  /** The wait before try n + 1 is drawn from 0 to `retryBaseMs` x 2^n ("full jitter"), in milliseconds. @default 100 */
  readonly retryBaseMs?: number;
  /** The longest such wait, in milliseconds. @default 20,000 */
  readonly retryCapMs?: number;
  /** A server that asks for a longer wait (`Retry-After`) is heeded up to this, in milliseconds. @default 120,000 */
  readonly maxRetryAfterMs?: number;
  /** Retries of a whole run in this process, over all its requests: a store that is down must end the run, not stretch it. @default 10,000 */
  readonly retriesPerRun?: number;
  /** Requests a second to one bucket or host at the start, and at most: halved when it answers "slow down", then slowly raised. @default 3,000 */
  readonly requestsPerSecond?: number;
  /** Share of the requests that may be sent a second time because the first is slower than 95 % of its like. 0: none. @default 0.05 */
  readonly hedgeShare?: number;
  /** Connections to one host. @default 64 */
  readonly connections?: number;
  /** Size of a ranged read, in bytes; a reading begins with smaller ones. @default 4 MiB */
  readonly readChunkBytes?: number;
  /** Bytes that all readings of the store together hold beyond the one piece each that is waited for. @default 64 MiB */
  readonly readAheadBytes?: number;
  /** Smaller objects are written by one request, larger ones in parts of this size (which grow, a thousand parts at a time). @default 8 MiB */
  readonly partBytes?: number;
  /** This run is the only writer of its output: where a store ignores `If-None-Match`, look before writing instead of refusing. @default false */
  readonly singleRunner?: boolean;
}

export type RemoteSettings = Required<RemoteOptions>;

const DEFAULTS: RemoteSettings = {
  connectTimeoutMs: 10_000,
  firstByteTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
  attempts: 8,
  retryBaseMs: 100,
  retryCapMs: 20_000,
  maxRetryAfterMs: 120_000,
  retriesPerRun: 10_000,
  requestsPerSecond: 3_000,
  hedgeShare: 0.05,
  connections: 64,
  readChunkBytes: 4 * 2 ** 20,
  readAheadBytes: 64 * 2 ** 20,
  partBytes: 8 * 2 ** 20,
  singleRunner: false,
};

/** Smallest values: below these an option is a slip of the pen. */
const LEAST: Partial<Record<keyof RemoteSettings, number>> = { retryBaseMs: 0, retryCapMs: 0, maxRetryAfterMs: 0, retriesPerRun: 0, hedgeShare: 0, readAheadBytes: 0 };

/** The options with their defaults. @throws RangeError that names the option */
export function remoteSettings(options: RemoteOptions = {}): RemoteSettings {
  const settings = { ...DEFAULTS, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) } as RemoteSettings;
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value !== 'number') continue;
    const least = LEAST[name as keyof RemoteSettings] ?? 1;
    const isWhole = name === 'hedgeShare' || name === 'requestsPerSecond' || Number.isSafeInteger(value);
    if (!isWhole || !(value >= least) || (name === 'hedgeShare' && value > 1)) {
      throw new RangeError(`\`${name}\` must be ${name === 'hedgeShare' ? 'a share from 0 to 1' : `a number from ${least} up`}, got ${value}`);
    }
  }
  return settings;
}
