import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { byteRange } from './byteRange.js';
import { fileError, folderError } from './fileError.js';
import { localPath } from './localPath.js';
import { StoreError, type ReadOptions } from './objectStore.js';

export interface ReadFileOptions {
  /** Size of the chunks, all but the last, in bytes. */
  readonly readChunkBytes: number;
  /** Chunks read before they are asked for; the reading holds at most this many plus the one being waited for. */
  readonly readAhead: number;
}

/**
 * The chunks of a local file. The next ones are read while the consumer works on the current one; each chunk has a buffer of its own.
 * `fresh` changes nothing: every reading opens the file anew, and the system's page cache is coherent with it.
 */
export async function* readFile(url: string, options: ReadOptions, { readChunkBytes, readAhead }: ReadFileOptions): AsyncGenerator<Uint8Array> {
  const { signal } = options;
  signal?.throwIfAborted();
  const { handle, bytes: size } = await openRegular(url);
  const inFlight: Promise<Uint8Array>[] = [];
  try {
    const { start, end } = byteRange(url, options, size);
    let next = start;
    for (;;) {
      while (next < end && inFlight.length <= readAhead) {
        const chunk = readChunk(handle, url, next, Math.min(next + readChunkBytes, end));
        chunk.catch(() => undefined); // it is awaited below, or the consumer has left and its failure means nothing
        inFlight.push(chunk);
        next += readChunkBytes;
      }
      const chunk = inFlight.shift();
      if (chunk === undefined) return;
      const bytes = await chunk;
      signal?.throwIfAborted();
      yield bytes;
      signal?.throwIfAborted();
    }
  } finally {
    await Promise.allSettled(inFlight);
    await handle.close();
  }
}

async function openRegular(url: string): Promise<{ readonly handle: FileHandle; readonly bytes: number }> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer and keeps a thread of the pool for ever. Files do not mind it.
    handle = await open(localPath(url), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = await handle.stat();
    if (found.isDirectory()) throw folderError(url, 'read');
    if (!found.isFile()) throw new StoreError('other', url, `cannot read ${url}: it is not a regular file (a pipe, socket or device); copy it to a file first`);
    return { handle, bytes: found.size };
  } catch (cause) {
    await handle?.close();
    throw fileError(cause, url, 'read');
  }
}

/** Exactly the bytes `[start, end)`: the system may give fewer at a time, and then they are asked for again. */
async function readChunk(handle: FileHandle, url: string, start: number, end: number): Promise<Uint8Array> {
  // Slow means: not from node's shared pool, so a consumer may transfer the buffer to a worker thread.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(end - start).buffer);
  try {
    for (let at = start; at < end; ) {
      const { bytesRead } = await handle.read(bytes, at - start, end - at, at);
      if (bytesRead === 0) throw new StoreError('transient', url, `cannot read ${url}: it ended at byte ${at} while it was read, ${end} or more were there at the start; somebody rewrites it in place`);
      at += bytesRead;
    }
    return bytes;
  } catch (cause) {
    throw fileError(cause, url, 'read');
  }
}
