import { unlink } from 'node:fs/promises';
import { errnoOf, fileError } from './fileError.js';
import { openFileWriter } from './fileWriter.js';
import { createFileOnce, linkFile } from './linkFile.js';
import { listFiles } from './listFiles.js';
import { localTarget } from './localPath.js';
import type { ObjectStore } from './objectStore.js';
import { readFile } from './readFile.js';
import { statFile } from './statFile.js';

export interface FileStoreOptions {
  /**
   * Size of the chunks that `read` gives, in bytes.
   * @default 1 MiB
   */
  readonly readChunkBytes?: number;
  /**
   * How many chunks to read before they are asked for. A reader holds at most `readAhead + 1` chunks besides the one it handed out.
   * @default 1
   */
  readonly readAhead?: number;
}

/**
 * The local file system as an ObjectStore. URLs are plain paths, absolute or relative to the working folder, or `file:` URLs.
 *
 * What is written appears under its name whole and durable (fsync) or not at all; while it is written it is a hidden `.name.partial-...`
 * beside it, which `list` leaves out and which a killed process leaves behind (@see removeStalePartials). Create-once is link(2), so it
 * holds between processes, and between machines on a network file system that has hard links.
 */
export function fileStore({ readChunkBytes = 2 ** 20, readAhead = 1 }: FileStoreOptions = {}): ObjectStore {
  if (!Number.isSafeInteger(readChunkBytes) || readChunkBytes < 1) throw new RangeError(`\`readChunkBytes\` must be an integer from 1 up, got ${readChunkBytes}`);
  if (!Number.isSafeInteger(readAhead) || readAhead < 0) throw new RangeError(`\`readAhead\` must be an integer from 0 up, got ${readAhead}`);
  return {
    stat: statFile,
    read: (url, options = {}) => readFile(url, options, { readChunkBytes, readAhead }),
    list: (prefix, options = {}) => listFiles(prefix, options),
    openWrite: openFileWriter,
    createOnce: createFileOnce,
    link: linkFile,
    async remove(url) {
      try {
        await unlink(localTarget(url));
      } catch (cause) {
        const errno = errnoOf(cause);
        if (errno !== 'ENOENT' && errno !== 'ENOTDIR') throw fileError(cause, url, 'remove');
      }
    },
  };
}
