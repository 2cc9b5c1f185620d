import { access, mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errnoOf } from './fileError.js';

/**
 * Make a folder and those above it, each durable in its parent; one that is there is fine. One by one: Node's recursive mkdir never returns
 * where the system says ENOENT in a folder that is there, as in /proc.
 * @returns the folders that this call made, the highest first
 */
export async function makeFolder(path: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let folder = resolve(path); folder !== dirname(folder) && !(await isThere(folder)); folder = dirname(folder)) missing.unshift(folder);
  const made: string[] = [];
  for (const folder of missing) {
    try {
      await mkdir(folder);
      made.push(folder);
    } catch (cause) {
      // Another process was faster; a file of that name is told by what is written there next.
      if (errnoOf(cause) !== 'EEXIST') throw cause;
    }
    await syncFolder(dirname(folder));
  }
  return made;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
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
