import { randomBytes } from 'node:crypto';
import { StoreError } from '../objectStore.js';
import type { OnceOutcome, RemoteDriver, RemoteWriting } from './remoteDriver.js';
import type { Requests } from './requests.js';

export interface OnceOptions {
  readonly driver: RemoteDriver;
  readonly writing: RemoteWriting;
  readonly requests: Requests;
  readonly singleRunner: boolean;
  /** The whole content of an object of one version, read again at every try. */
  readonly read: (url: string, etag: string) => AsyncIterable<Uint8Array>;
}

/**
 * Create-once and link of a remote store: the first of any number of writers wins, told by the server (`If-None-Match: *`).
 *
 * Not every server heeds the condition, and one that does not says nothing. So the first object that a store creates is written twice: a server
 * that lets that happen keeps no two writers apart, and the run is refused (or, as the single runner, looks first and then writes). Copies are
 * tried on the object itself, which a server without conditions replaces by itself. Where no kind of copy heeds it, the content is read and written.
 *
 * An answer may be lost, and the next try then meets its own object: every object carries its writer's token, and whose it is decides.
 */
export class CreateOnce {
  readonly #options: OnceOptions;
  /** By bucket: whether puts heed the condition. */
  readonly #heeds = new Map<string, boolean>();
  /** By bucket: the copy that heeds it, null for none. */
  readonly #copies = new Map<string, Promise<string | null>>();

  constructor(options: OnceOptions) {
    this.#options = options;
  }

  async createOnce(url: string, content: Uint8Array): Promise<boolean> {
    const { driver, writing } = this.#options;
    driver.check(url);
    const bytes = content.slice();
    const bucket = driver.bucketOf(url);
    const put = (token: string): Promise<OnceOutcome> => writing.putOnce(url, bytes, bytes.byteLength, token);
    const heeds = this.#heeds.get(bucket);
    if (heeds === true) return (await this.#once('create', url, put)) === 'created';
    // A server that may ignore the condition must not replace what is there.
    if (await this.#isThere(url)) return false;
    if (heeds === false) return await this.#asSingleRunner(url, () => writing.put(url, bytes));
    const outcome = await this.#once('create', url, put);
    if (outcome === 'exists') return false;
    if (outcome === 'created' && (await this.#once('create', url, put)) === 'exists') {
      this.#heeds.set(bucket, true);
      return true;
    }
    this.#heeds.set(bucket, false);
    if (outcome === 'created' && this.#options.singleRunner) return true;
    if (outcome === 'created') await this.#send('remove', url, () => writing.remove(url));
    return await this.#asSingleRunner(url, () => writing.put(url, bytes));
  }

  async link(from: string, to: string): Promise<boolean> {
    const { driver, writing, read } = this.#options;
    for (const url of [from, to]) driver.check(url);
    const { bytes } = await this.#send('link', from, () => driver.head(from));
    if (from === to || bytes === undefined || (await this.#isThere(to))) return false;
    const bucket = driver.bucketOf(to);
    const how = bytes === 0 ? null : await this.#copyOf(bucket, from, bytes);
    if (how !== null) return (await this.#once('link', to, (token) => writing.copyOnce(from, to, bytes, token, how))) === 'created';
    if (bytes > writing.maxPutBytes) {
      throw new StoreError('other', to, `cannot create ${to}: its store copies under no condition, and ${bytes} bytes are more than one write takes (${writing.maxPutBytes}); lower maxShardBytes`);
    }
    const { etag } = await this.#send('link', from, () => driver.head(from));
    const put = (token: string): Promise<OnceOutcome> => writing.putOnce(to, () => read(from, etag), bytes, token);
    if (this.#heeds.get(bucket) === false) return await this.#asSingleRunner(to, () => put(newToken()));
    if (this.#heeds.get(bucket) === undefined && !(await this.#findsOut(to, bucket))) return await this.#asSingleRunner(to, () => put(newToken()));
    return (await this.#once('link', to, put)) === 'created';
  }

  /** Whether puts heed the condition, by a small object beside `url`. */
  async #findsOut(url: string, bucket: string): Promise<boolean> {
    const trial = `${url}.once-${newToken()}`;
    await this.createOnce(trial, new Uint8Array(1)).catch((error: unknown) => {
      if (this.#heeds.get(bucket) === undefined) throw error;
    });
    await this.#send('remove', trial, () => this.#options.writing.remove(trial));
    return this.#heeds.get(bucket) === true;
  }

  #copyOf(bucket: string, from: string, bytes: number): Promise<string | null> {
    let found = this.#copies.get(bucket);
    if (found === undefined) {
      found = this.#tryCopies(from, bytes);
      this.#copies.set(bucket, found);
      found.catch(() => this.#copies.delete(bucket));
    }
    return found;
  }

  async #tryCopies(from: string, bytes: number): Promise<string | null> {
    for (const how of this.#options.writing.copies) {
      if ((await this.#once('link', from, (token) => this.#options.writing.copyOnce(from, from, bytes, token, how))) === 'exists') return how;
    }
    return null;
  }

  async #asSingleRunner(url: string, put: () => Promise<unknown>): Promise<boolean> {
    if (!this.#options.singleRunner) {
      throw new StoreError('denied', url, `cannot create ${url}: its store ignores If-None-Match, so two runners of one output could not be kept apart; use another store, or, where this is the only runner, say so with --single-runner`);
    }
    await this.#send('create', url, put);
    return true;
  }

  /** A conditional request, sent again after faults. */
  async #once(action: string, url: string, put: (token: string) => Promise<OnceOutcome>): Promise<OnceOutcome> {
    const token = newToken();
    let faults = 0;
    const outcome = await this.#send(action, url, () =>
      put(token).catch((error: unknown) => {
        faults += 1;
        throw error;
      }),
    );
    if (outcome !== 'exists' || faults === 0) return outcome;
    return (await this.#send(action, url, () => this.#options.writing.tokenOf(url))) === token ? 'created' : 'exists';
  }

  async #isThere(url: string): Promise<boolean> {
    try {
      await this.#send('create', url, () => this.#options.driver.head(url));
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'not-found') return false;
      throw error;
    }
  }

  #send<T>(action: string, url: string, work: () => Promise<T>): Promise<T> {
    const { driver, requests } = this.#options;
    return requests.run({ action, url, bucket: driver.bucketOf(url) }, work);
  }
}

function newToken(): string {
  return randomBytes(12).toString('hex');
}
