/** What a store knows of an object without reading it. */
export interface ObjectInfo {
  /** Spelled as it was asked for: `stat(url).url === url`, and every URL of `list(prefix)` is of the prefix's family (path, file:, s3:, ...). */
  readonly url: string;
  readonly bytes: number;
  /** Changes whenever the content changes; comparable only within one store. */
  readonly etag: string;
}

/** A half-open byte range `[start, end)` in bytes from 0. `end` undefined or beyond the object: to the end of the object. */
export interface ReadOptions {
  readonly start?: number;
  readonly end?: number;
  /** When it fires, the next step of the reading throws `signal.reason` and everything held is released. */
  readonly signal?: AbortSignal;
  /** Bypass every cache: corruption is declared only after an uncached re-read agrees. */
  readonly fresh?: boolean;
}

export interface ListOptions {
  /**
   * List only objects with at most this many `/` after the prefix: 0 stays in the prefix's own folder.
   * @default any depth
   */
  readonly maxDepth?: number;
}

/**
 * A streaming write. Nothing is visible under its URL before `close` resolves; then the whole object is, durably, replacing an older one.
 * A reader that began on the older one sees its bytes to the end or an error, never a mixture.
 * After a failed `write` or `close` the only useful call is `abort`.
 */
export interface ObjectWriter {
  /** Chunks land in the order of the calls. The chunk may be reused once the promise settles. */
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<ObjectInfo>;
  /** Give up: leave nothing behind. Safe to call at any time, also after a failed `write` or `close`; after a good `close` it does nothing. */
  abort(): Promise<void>;
}

/** The one seam between Millrace and storage: a driver implements these seven members and passes tests/storage/conformance.ts. */
export interface ObjectStore {
  /** @throws StoreError `not-found` */
  stat(url: string): Promise<ObjectInfo>;
  /**
   * Chunks of the object in order; each is the consumer's own, never empty, never reused. Leaving the loop early releases everything.
   * @throws StoreError `not-found`, `bad-range` (start beyond the end)
   */
  read(url: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** Every object whose URL starts with `prefix`, at any depth, in ascending order of URL (code units). Unfinished writes are not listed. */
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo>;
  openWrite(url: string): Promise<ObjectWriter>;
  /** Write a small object unless one is there. Atomic against all other writers. @returns whether this call created it */
  createOnce(url: string, bytes: Uint8Array): Promise<boolean>;
  /**
   * Make `to` an object with the content of `from`, unless `to` exists. Atomic; `from` stays. @returns whether this call created it
   * @throws StoreError `not-found` when there is no `from`
   */
  link(from: string, to: string): Promise<boolean>;
  /** Remove an object; a missing one is fine. */
  remove(url: string): Promise<void>;
  /** Take back what killed writers left unfinished below a prefix, where such a thing is kept and nobody writes there any more. */
  removeUnfinished?(prefix: string): Promise<void>;
}

/** `transient`: may pass by itself, worth a retry. The others need a person. */
export type StoreErrorCode = 'not-found' | 'bad-range' | 'denied' | 'full' | 'is-directory' | 'bad-url' | 'transient' | 'other';

/** An environment fault of a store. The message names the URL and, where there is one, what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly url: string;

  constructor(code: StoreErrorCode, url: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.url = url;
  }
}
