import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { makeFolder, syncFolder } from './durableFolder.js';
import { fileError, folderError } from './fileError.js';
import { localTarget } from './localPath.js';
import { StoreError, type ObjectInfo, type ObjectWriter } from './objectStore.js';
import { partialName } from './partialName.js';
import { fileInfo } from './statFile.js';

/**
 * Opens a streaming write of a local file. The bytes go to a hidden sibling; `close` makes them durable (fsync), renames them over the final
 * name and makes that durable too (fsync of the folder). Parent folders are made as needed.
 */
export async function openFileWriter(url: string): Promise<ObjectWriter> {
  const path = localTarget(url);
  const partial = `${dirname(path)}/${partialName(basename(path))}`;
  try {
    await makeFolder(dirname(path));
    // Asked now, since the rename would say it only after hours of writing.
    if ((await stat(path).catch(() => undefined))?.isDirectory() === true) throw folderError(url, 'write');
    return fileWriter(url, path, partial, await open(partial, 'wx'));
  } catch (cause) {
    throw fileError(cause, url, 'write');
  }
}

function fileWriter(url: string, path: string, partial: string, handle: FileHandle): ObjectWriter {
  /** All calls so far, one after the other; a failed one makes all later ones fail with the same error. */
  let tail: Promise<unknown> = Promise.resolve();
  let state: 'open' | 'closing' | 'done' | 'aborted' = 'open';

  const append = <T>(step: () => Promise<T>): Promise<T> => {
    if (state !== 'open') {
      return Promise.reject(new StoreError('other', url, `cannot write ${url}: its writer is ${state === 'aborted' ? 'aborted' : 'closed'} already`));
    }
    const next = tail.then(step).catch((cause: unknown) => {
      throw fileError(cause, url, 'write');
    });
    tail = next;
    return next;
  };

  return {
    write: (chunk) => append(() => writeAll(handle, chunk)),
    close() {
      const closed = append(async () => {
        await handle.sync();
        const info: ObjectInfo = fileInfo(url, await handle.stat({ bigint: true }));
        await handle.close();
        await rename(partial, path);
        state = 'done';
        await syncFolder(dirname(path));
        return info;
      });
      if (state === 'open') state = 'closing'; // after the append, which asks for an open writer
      return closed;
    },
    async abort() {
      if (state === 'open') state = 'aborted';
      await tail.catch(() => undefined);
      if (state === 'done') return;
      state = 'aborted';
      // What cannot be removed is invisible to readers, and an error here would only hide the one that led to the abort.
      await handle.close().catch(() => undefined);
      await rm(partial, { force: true }).catch(() => undefined);
    },
  };
}

/** The system may take fewer bytes at a time; then the rest is written again. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
}
