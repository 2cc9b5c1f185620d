/** What a store knows of an object without reading it. */
export interface ObjectInfo {
  readonly url: string;
  readonly bytes: number;
  /** Changes whenever the content changes; comparable only within one store. */
  readonly etag: string;
}

/** A half-open byte range `[start, end)`. `end` undefined: to the end of the object. */
export interface ReadOptions {
  readonly start?: number;
  readonly end?: number;
  readonly signal?: AbortSignal;
  /** Bypass every cache: corruption is declared only after an uncached re-read agrees. */
  readonly fresh?: boolean;
}

/** A streaming write. Nothing is visible under its URL before `close` resolves; then the whole object is, replacing an older one. */
export interface ObjectWriter {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<ObjectInfo>;
  /** Give up: leave nothing behind. Safe to call at any time, also after a failed `write` or `close`. */
  abort(): Promise<void>;
}

/** The one seam between Millrace and storage: a driver implements these seven members and passes tests/storage/conformance.ts. */
export interface ObjectStore {
  /** @throws StoreError `not-found` */
  stat(url: string): Promise<ObjectInfo>;
  /** Chunks of the object in order. @throws StoreError `not-found`, `bad-range` (start beyond the end) */
  read(url: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** Every object whose URL starts with `prefix`, at any depth, in ascending order of URL (code units). Unfinished writes are not listed. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  openWrite(url: string): Promise<ObjectWriter>;
  /** Write a small object unless one is there. Atomic against all other writers. @returns whether this call created it */
  createOnce(url: string, bytes: Uint8Array): Promise<boolean>;
  /** Make `to` an object with the content of `from`, unless `to` exists. Atomic; `from` stays. @returns whether this call created it */
  link(from: string, to: string): Promise<boolean>;
  /** Remove an object; a missing one is fine. */
  remove(url: string): Promise<void>;
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
