import { constants } from 'node:fs';
import { copyFile, link, open, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { makeFolder, syncFolder } from './durableFolder.js';
import { errnoOf, fileError, folderError } from './fileError.js';
import { writeAll } from './fileWriter.js';
import { localPath, localTarget } from './localPath.js';
import { StoreError } from './objectStore.js';
import { partialName } from './partialName.js';
import { statFile } from './statFile.js';

/**
 * Create-once on a file system: the bytes are whole and durable under a hidden name before link(2) gives them the final one. Of any number of
 * callers, in any processes, link lets exactly one through; rename would let the last one win.
 */
export async function createFileOnce(url: string, bytes: Uint8Array): Promise<boolean> {
  const path = localTarget(url);
  return await once(url, path, async (partial) => {
    const handle = await open(partial, 'wx');
    try {
      await writeAll(handle, bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** Gives `from` the second name `to` (a hard link: no bytes are copied), or copies it where it lies on another file system. */
export async function linkFile(from: string, to: string): Promise<boolean> {
  const path = localTarget(to);
  let source: string;
  try {
    await statFile(from); // says what is wrong with it, if anything
    source = await realpath(localPath(from)); // link(2) of a symbolic link would link the link
    await syncFile(source); // it may come from a program that did not
  } catch (cause) {
    throw fileError(cause, from, 'link');
  }
  try {
    await makeFolder(dirname(path));
    await link(source, path);
    await syncFolder(dirname(path));
    return true;
  } catch (cause) {
    // Another file system, a file of another owner (protected_hardlinks), too many names: a copy can still be linked. Where the name is
    // taken or links are unknown, `once` says so in its words.
    if (!['EEXIST', 'EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP'].includes(errnoOf(cause) ?? '')) throw fileError(cause, to, 'link');
  }
  return await once(to, path, async (partial) => {
    await copyFile(source, partial, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await syncFile(partial);
  });
}

/** Links a partial that `fill` makes to `path`, unless something is there. */
async function once(url: string, path: string, fill: (partial: string) => Promise<void>): Promise<boolean> {
  const folder = dirname(path);
  const partial = `${folder}/${partialName(basename(path))}`;
  try {
    const there = await stat(path).catch(() => undefined); // saves the writing where the answer is known
    if (there?.isDirectory() === true) throw folderError(url, 'create');
    if (there !== undefined) return false;
    await makeFolder(folder);
    try {
      await fill(partial);
      if (!(await tryLink(url, partial, path))) return false;
      await syncFolder(folder);
      return true;
    } finally {
      await rm(partial, { force: true });
    }
  } catch (cause) {
    throw fileError(cause, url, 'create');
  }
}

async function tryLink(url: string, partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path);
    return true;
  } catch (cause) {
    const errno = errnoOf(cause);
    // A network file system may lose the answer, ask again and meet its own link. The partial is ours alone: two names mean we won.
    if (errno === 'EEXIST') return (await stat(partial)).nlink === 2;
    if (errno === 'EPERM' || errno === 'ENOTSUP' || errno === 'EOPNOTSUPP') {
      throw new StoreError('other', url, `cannot create ${url}: this file system has no hard links (${errno}), so two writers could not be kept apart; write to another one`, cause);
    }
    throw cause;
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
