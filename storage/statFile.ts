import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileError, folderError } from './fileError.js';
import { localPath } from './localPath.js';
import { StoreError, type ObjectInfo } from './objectStore.js';

/** What the store tells of a file. The inode is in the etag because a rename within one tick of the clock changes nothing else. */
export function fileInfo(url: string, found: BigIntStats): ObjectInfo {
  return { url, bytes: Number(found.size), etag: `${found.size}-${found.mtimeNs}-${found.ino}` };
}

export async function statFile(url: string): Promise<ObjectInfo> {
  try {
    const found = await stat(localPath(url), { bigint: true });
    if (found.isDirectory()) throw folderError(url, 'open');
    if (!found.isFile()) throw new StoreError('other', url, `cannot open ${url}: it is not a regular file (a pipe, socket or device)`);
    return fileInfo(url, found);
  } catch (cause) {
    throw fileError(cause, url, 'open');
  }
}
