import { byteRange } from '../byteRange.js';
import { StoreError, type ReadOptions } from '../objectStore.js';
import { PassingFault } from './passingFault.js';
import type { RemoteBody, RemoteDriver, RemoteHead } from './remoteDriver.js';
import type { ByteBudget } from './byteBudget.js';
import type { Hedge } from './hedge.js';
import type { Requests } from './requests.js';

export interface RemoteReading {
  readonly driver: RemoteDriver;
  readonly requests: Requests;
  readonly hedge: Hedge;
  readonly ahead: ByteBudget;
  readonly readChunkBytes: number;
  /** The version that was seen before; undefined: any. */
  pinned(url: string): string | undefined;
}

/** The first piece is this share of the others: a look at a header must not cost 4 MiB, and the first sample not wait for them. */
const FIRST_SHARE = 1 / 8;

interface Piece extends RemoteHead {
  readonly bytes: number;
  readonly chunks: readonly Uint8Array[];
}

/**
 * The bytes of a remote object by ranged reads, some ahead of the consumer: at most one piece that is waited for, and what `ahead` grants. All of
 * one version: an answer with another etag is asked again, and if it stays, the reading fails. Servers without ranges are read through.
 */
export async function* readRemote(url: string, options: ReadOptions, reading: RemoteReading): AsyncGenerator<Uint8Array> {
  const { signal, start = 0, end = Number.POSITIVE_INFINITY } = options;
  const { driver, readChunkBytes } = reading;
  signal?.throwIfAborted();
  driver.check(url);
  byteRange(url, options, Number.MAX_SAFE_INTEGER);
  if (end <= start) return void byteRange(url, options, await bytesOf(url, reading, signal));

  // A short range is wanted whole; a reading to the end may stop anywhere.
  let size = end - start <= readChunkBytes ? end - start : Math.max(1, Math.floor(readChunkBytes * FIRST_SHARE));
  const first = await readPiece(url, start, Math.min(end, start + size), reading.pinned(url), reading, signal);
  if (first === 'beyond') {
    const { start: from, end: to } = byteRange(url, options, await bytesOf(url, reading, signal));
    if (from < to) throw new StoreError('transient', url, `cannot read ${url} from byte ${start}: the store says it ends before, and that it has ${to} bytes`);
    return;
  }
  if (first === 'no ranges') return yield* readThrough(url, start, end, reading, signal);
  const last = Math.min(end, first.bytes);
  for (const chunk of first.chunks) {
    yield chunk;
    signal?.throwIfAborted();
  }

  const queue: { readonly piece: Promise<Piece | 'beyond' | 'no ranges'>; readonly granted: number }[] = [];
  const leave = new AbortController();
  const until = signal === undefined ? leave.signal : AbortSignal.any([signal, leave.signal]);
  let next = Math.min(last, start + size);
  try {
    for (;;) {
      signal?.throwIfAborted();
      while (next < last) {
        size = Math.min(size * 2, readChunkBytes);
        const to = Math.min(last, next + size);
        const granted = queue.length === 0 ? 0 : to - next;
        if (granted > 0 && !reading.ahead.tryTake(granted)) break;
        const piece = readPiece(url, next, to, first.etag, reading, until);
        piece.catch(() => undefined); // it is awaited below, or the consumer has left
        queue.push({ piece, granted });
        next = to;
        if (queue.length > 1 && size < readChunkBytes) break;
      }
      const head = queue.shift();
      if (head === undefined) return;
      try {
        const piece = await head.piece;
        if (typeof piece === 'string') throw new StoreError('transient', url, `cannot read ${url}: its server ${piece === 'beyond' ? `ends it before byte ${last}` : 'gave ranges and gives none now'}`);
        for (const chunk of piece.chunks) {
          signal?.throwIfAborted();
          yield chunk;
        }
      } finally {
        reading.ahead.giveBack(head.granted);
      }
    }
  } finally {
    leave.abort();
    for (const { granted } of queue) reading.ahead.giveBack(granted);
  }
}

async function bytesOf(url: string, { driver, requests }: RemoteReading, signal: AbortSignal | undefined): Promise<number> {
  const head = await requests.run({ action: 'read', url, bucket: driver.bucketOf(url), signal }, () => driver.head(url, signal));
  return head.bytes ?? Number.MAX_SAFE_INTEGER;
}

function checkVersion(url: string, found: string, wanted: string | undefined): void {
  if (wanted !== undefined && found !== wanted) throw new PassingFault('wrong etag', url, `it was ${wanted} and is ${found}`, { etag: found });
}

/** One ranged read, whole. */
async function readPiece(url: string, start: number, end: number, etag: string | undefined, reading: RemoteReading, signal: AbortSignal | undefined): Promise<Piece | 'beyond' | 'no ranges'> {
  const { driver, requests, hedge } = reading;
  return await requests.run({ action: 'read', url, bucket: driver.bucketOf(url), signal }, () =>
    hedge.run(end - start, signal, async (until) => {
      const reply = await driver.get(url, start, end, until);
      if (reply === 'beyond') return 'beyond';
      let isWhole = false;
      try {
        checkVersion(url, reply.etag, etag);
        if (reply.start !== start) {
          if (reply.start === 0) return 'no ranges';
          throw new PassingFault('wrong range', url, `bytes from ${start} were asked for, the answer begins at ${reply.start}`);
        }
        // Without a length only the end of the body tells the end of the object.
        if (reply.bytes === undefined) return 'no ranges';
        const chunks = await collect(url, reply, Math.min(end, reply.bytes) - start);
        if (chunks === undefined) return 'no ranges';
        isWhole = true;
        return { bytes: reply.bytes, etag: reply.etag, chunks };
      } finally {
        if (!isWhole) reply.body.destroy(); // and with it the connection, which could be used again
      }
    }),
  );
}

/** Exactly `bytes` bytes. @returns undefined for a server that sends the whole object from its start without end */
async function collect(url: string, reply: RemoteBody, bytes: number): Promise<readonly Uint8Array[] | undefined> {
  const got = await reply.body.chunks(bytes);
  if (got.bytes > bytes) {
    if (reply.start === 0) return undefined;
    throw new PassingFault('wrong length', url, `${bytes} bytes were asked for, the answer has more`);
  }
  if (got.bytes < bytes) throw new PassingFault('truncated', url, `the answer broke off after ${got.bytes} of ${bytes} bytes`);
  return got.chunks;
}

/** The bytes of an object whose server knows no ranges: from its start, what is not wanted thrown away; after a fault from its start again. */
async function* readThrough(url: string, start: number, end: number, reading: RemoteReading, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const { driver, requests } = reading;
  let etag = reading.pinned(url);
  let given = start;
  const leave = new AbortController();
  const until = signal === undefined ? leave.signal : AbortSignal.any([signal, leave.signal]);
  let body: AsyncIterator<Uint8Array> | undefined;
  let at = 0;
  const step = async (): Promise<Uint8Array | undefined> => {
    try {
      if (body === undefined) {
        const reply = await driver.get(url, 0, undefined, until);
        if (reply === 'beyond') return undefined;
        checkVersion(url, reply.etag, etag);
        etag = reply.etag;
        at = 0;
        body = withLength(url, reply)[Symbol.asyncIterator]();
      }
      for (;;) {
        const { value, done } = await body.next();
        if (done === true) {
          if (at < start) byteRange(url, { start }, at);
          return undefined;
        }
        const from = Math.max(0, given - at);
        const to = Math.min(value.byteLength, end - at);
        at += value.byteLength;
        if (from >= to) {
          if (to < value.byteLength) return undefined;
          continue;
        }
        return value.slice(from, to);
      }
    } catch (error) {
      body = undefined;
      throw error;
    }
  };
  try {
    while (given < end) {
      const chunk = await requests.run({ action: 'read', url, bucket: driver.bucketOf(url), signal }, step);
      if (chunk === undefined) return;
      given += chunk.byteLength;
      yield chunk;
      signal?.throwIfAborted();
    }
  } finally {
    leave.abort();
  }
}

/** A body that must have the length that its head says. */
async function* withLength(url: string, { body, bytes }: RemoteBody): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of body) {
    at += chunk.byteLength;
    yield chunk;
  }
  if (bytes !== undefined && at !== bytes) throw new PassingFault('truncated', url, `the answer broke off after ${at} of ${bytes} bytes`);
}
