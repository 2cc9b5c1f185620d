import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { StoreError } from '../objectStore.js';
import { PassingFault } from './passingFault.js';
import type { RemoteSettings } from './remoteOptions.js';
import type { StoreMeter } from './storeMeter.js';
import { TokenBucket } from './tokenBucket.js';

export interface RequestsOptions {
  readonly settings: RemoteSettings;
  readonly meter: StoreMeter;
  /** @default setTimeout, ended early by the signal */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

export interface Call {
  /** What the object is asked for, as in "cannot read s3://...". */
  readonly action: string;
  readonly url: string;
  /** The bucket or host whose rate it is. */
  readonly bucket: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends requests as one polite client: at the rate that the bucket bears, again after a fault that may pass, with random waits ("full jitter":
 * any time between nothing and the doubled wait, so that a thousand clients do not come back at once), as long as the run's budget of retries lasts.
 */
export class Requests {
  readonly #settings: RemoteSettings;
  readonly #meter: StoreMeter;
  readonly #sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor({ settings, meter, sleep = sleepFor }: RequestsOptions) {
    this.#settings = settings;
    this.#meter = meter;
    this.#sleep = sleep;
  }

  /** @throws StoreError: a lasting one at once, `transient` when every try failed; the signal's reason when it fires */
  async run<T>({ action, url, bucket, signal }: Call, attempt: () => Promise<T>): Promise<T> {
    const { attempts, retryBaseMs, retryCapMs, maxRetryAfterMs, retriesPerRun } = this.#settings;
    const tokens = this.bucket(bucket);
    if (signal !== undefined) setMaxListeners(0, signal); // all requests of a reading, and of a run, listen to one
    const began = performance.now();
    let changedTo: string | undefined;
    for (let tries = 1; ; tries += 1) {
      signal?.throwIfAborted();
      const wait = tokens.take();
      if (wait > 0) await this.#sleep(wait, signal);
      this.#meter.requests += 1;
      try {
        return await attempt();
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof PassingFault)) throw error;
        this.#meter.fault(error.kind);
        if (error.throttled) {
          this.#meter.throttled += 1;
          tokens.throttled();
        }
        // One wrong etag may be a fault on the way; the same again is another object.
        if (error.etag !== undefined && error.etag === changedTo) throw new StoreError('other', url, `${url} changed while the run was reading it: ${error.message}; run again on the new content`, error);
        changedTo = error.etag;
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        const failed = (why: string): StoreError => new StoreError('transient', url, `cannot ${action} ${url}: ${error.message} (${why})`, error);
        if (tries >= attempts) throw failed(`tried ${tries} times in ${seconds} s`);
        if (this.#meter.retries >= retriesPerRun) throw failed(`the run's budget of ${retriesPerRun} retries is used up`);
        this.#meter.retries += 1;
        const jitter = randomInt(0, Math.floor(Math.min(retryCapMs, retryBaseMs * 2 ** (tries - 1))) + 1);
        await this.#sleep(Math.max(jitter, Math.min(error.retryAfterMs ?? 0, maxRetryAfterMs)), signal);
      }
    }
  }

  /** The rate of a bucket or host, shared by all its requests. */
  bucket(name: string): TokenBucket {
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      const made = new TokenBucket({ ceiling: this.#settings.requestsPerSecond });
      this.#buckets.set(name, (bucket = made));
      this.#meter.rates.set(name, () => made.rate);
    }
    return bucket;
  }
}

function sleepFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
