import type { ObjectInfo } from '../objectStore.js';

/** What one request tells of an object. */
export interface RemoteHead {
  /** undefined where the server does not tell. */
  readonly bytes: number | undefined;
  readonly etag: string;
}

/** An answer to a read. */
export interface RemoteBody extends RemoteHead {
  /** Place of the body's first byte in the object: 0 where the server ignored the range. */
  readonly start: number;
  readonly body: AsyncIterable<Uint8Array> & {
    destroy(): unknown;
    /** All of it at once instead. @see Transport.chunks */
    chunks(limit: number): Promise<{ readonly chunks: readonly Uint8Array[]; readonly bytes: number }>;
  };
}

export interface RemotePage {
  readonly objects: readonly ObjectInfo[];
  /** Where to go on; undefined at the end. */
  readonly next: string | undefined;
}

/** A write in parts. */
export interface RemoteUpload {
  /** Parts come one after the other, from 1; all but the last have `partBytes` or more. */
  part(number: number, bytes: Uint8Array, isLast: boolean): Promise<void>;
  /** @returns the etag, where the server tells one */
  complete(): Promise<string | undefined>;
  abort(): Promise<void>;
}

/** `ignored`: the server did it without regard to the condition. */
export type OnceOutcome = 'created' | 'exists' | 'unsupported';

/** The writing half of a driver. */
export interface RemoteWriting {
  put(url: string, bytes: Uint8Array): Promise<string | undefined>;
  /** Create unless it is there, with the writer's token in the object's metadata. */
  putOnce(url: string, body: Uint8Array | (() => AsyncIterable<Uint8Array>), bytes: number, token: string): Promise<OnceOutcome>;
  /** The token that an object was created with. */
  tokenOf(url: string): Promise<string | undefined>;
  startUpload(url: string): Promise<RemoteUpload>;
  /** Copy on the server unless `to` is there. `how`: one of `copies`. */
  copyOnce(from: string, to: string, bytes: number, token: string, how: string): Promise<OnceOutcome>;
  /** The ways to copy under a condition, the cheapest first; which of them a server honours is found out. Empty: none. */
  readonly copies: readonly string[];
  /** The largest object that one `putOnce` takes. */
  readonly maxPutBytes: number;
  remove(url: string): Promise<void>;
  /** Abort what killed writers left unfinished below a prefix. */
  removeUnfinished(prefix: string): Promise<void>;
}

/**
 * One protocol: single requests, each sent once. Faults that may pass are PassingFaults, others StoreErrors. What all remote stores have in common
 * (retries, rates, ranges, read-ahead, etags, parts, create-once) is in remoteStore.ts.
 */
export interface RemoteDriver {
  /** Whose rate a request counts against: a bucket or host. */
  bucketOf(url: string): string;
  /** @throws StoreError `bad-url` for a URL that cannot name an object */
  check(url: string): void;
  head(url: string, signal?: AbortSignal): Promise<RemoteHead>;
  /** Bytes `[start, end)`, or from 0 where the server has no ranges. @returns `beyond`: the object ends before `start` */
  get(url: string, start: number, end: number | undefined, signal?: AbortSignal): Promise<RemoteBody | 'beyond'>;
  /** A page of the objects whose URLs start with `prefix`; `flat`: only those without a further slash, where the server can tell. */
  list(prefix: string, flat: boolean, from: string | undefined): Promise<RemotePage>;
  /** undefined: the store is read-only. */
  readonly writing?: RemoteWriting;
  close(): Promise<void>;
}
