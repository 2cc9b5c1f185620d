import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errnoOf } from './fileError.js';

/** Make a folder and those above it, each durable in its parent; one that is there is fine. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  let folder = resolve(path);
  do {
    folder = dirname(folder);
    await syncFolder(folder);
  } while (folder.length > top.length);
}

/** fsync of a folder: the names in it, new, renamed or removed, survive a power cut (fsync(2), "needed for the directory"). */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (cause) {
    // Some network file systems have no fsync for folders; their renames are durable by other means or not at all.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(errnoOf(cause) ?? '')) throw cause;
  } finally {
    await handle.close();
  }
}
