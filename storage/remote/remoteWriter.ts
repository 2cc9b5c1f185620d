import { StoreError, type ObjectInfo, type ObjectWriter } from '../objectStore.js';
import type { RemoteDriver, RemoteUpload, RemoteWriting } from './remoteDriver.js';
import type { Requests } from './requests.js';

export interface RemoteWriterOptions {
  readonly driver: RemoteDriver;
  readonly writing: RemoteWriting;
  readonly requests: Requests;
  readonly partBytes: number;
  /** Called when the object is there. */
  readonly written: () => void;
}

/** S3 takes 10,000 parts: after every thousand they grow by their first size, so that 440 GiB fit with the default. */
const PARTS_OF_A_SIZE = 1000;

/**
 * A streaming write: one request for what fits into a part, else an upload in parts, one on its way while the next is filled. Nothing is to be seen
 * before `close`; `abort` takes the parts back.
 */
export function remoteWriter(url: string, { driver, writing, requests, partBytes, written }: RemoteWriterOptions): ObjectWriter {
  /** All calls so far, one after the other; a failed one makes all later ones fail with the same error. */
  let tail: Promise<unknown> = Promise.resolve();
  let state: 'open' | 'closing' | 'done' | 'aborted' = 'open';
  let upload: RemoteUpload | undefined;
  let sending: Promise<void> = Promise.resolve();
  let parts = 0;
  let bytes = 0;
  let filled = 0;
  let buffer = new Uint8Array(0);
  const send = <T>(work: () => Promise<T>): Promise<T> => requests.run({ action: 'write', url, bucket: driver.bucketOf(url) }, work);
  const sizeOfPart = (): number => partBytes * (1 + Math.floor(parts / PARTS_OF_A_SIZE));

  const append = <T>(step: () => Promise<T>): Promise<T> => {
    if (state !== 'open') return Promise.reject(new StoreError('other', url, `cannot write ${url}: its writer is ${state === 'aborted' ? 'aborted' : 'closed'} already`));
    const next = tail.then(step);
    next.catch(() => undefined);
    tail = next;
    return next;
  };

  /** What is filled goes as a part; the one before must have arrived. */
  const flush = async (isLast: boolean): Promise<void> => {
    await sending;
    upload ??= await send(() => writing.startUpload(url));
    if (state === 'aborted') return;
    const [part, number, into] = [buffer.subarray(0, filled), (parts += 1), upload];
    sending = send(() => into.part(number, part, isLast));
    sending.catch(() => undefined); // told by the next flush, or by close
    buffer = new Uint8Array(0);
    filled = 0;
  };

  return {
    write: (chunk) =>
      append(async () => {
        for (let at = 0; at < chunk.byteLength && state !== 'aborted'; ) {
          const size = sizeOfPart();
          // One byte more has to come before a full part goes: the last one is told apart, and a small object is one request.
          if (filled === size) await flush(false);
          if (filled === buffer.byteLength) buffer = grown(buffer, filled, Math.min(size, Math.max(filled * 2, filled + chunk.byteLength - at, 64 * 1024)));
          const take = Math.min(buffer.byteLength - filled, chunk.byteLength - at);
          buffer.set(chunk.subarray(at, at + take), filled);
          filled += take;
          at += take;
          bytes += take;
        }
      }),
    close() {
      const closed = append(async (): Promise<ObjectInfo> => {
        let etag: string | undefined;
        if (parts === 0) etag = await send(() => writing.put(url, buffer.subarray(0, filled)));
        else {
          await flush(true);
          await sending;
          etag = await send(() => (upload as RemoteUpload).complete());
        }
        state = 'done';
        written();
        return { url, bytes, etag: etag ?? (await send(() => driver.head(url))).etag };
      });
      if (state === 'open') state = 'closing'; // after the append, which asks for an open writer
      return closed;
    },
    async abort() {
      if (state === 'open') state = 'aborted';
      await tail.catch(() => undefined);
      if (state === 'done') return;
      state = 'aborted';
      buffer = new Uint8Array(0);
      await sending.catch(() => undefined);
      // What cannot be taken back is invisible to readers, and an error here would only hide the one that led to the abort.
      if (upload !== undefined) await upload.abort().catch(() => undefined);
    },
  };
}

function grown(buffer: Uint8Array, filled: number, bytes: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
  larger.set(buffer.subarray(0, filled));
  return larger;
}
