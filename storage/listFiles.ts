import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { errnoOf, fileError } from './fileError.js';
import { localPath } from './localPath.js';
import { StoreError, type ListOptions, type ObjectInfo } from './objectStore.js';
import { partialOwner } from './partialName.js';
import { schemeOf } from './schemeOf.js';
import { fileInfo } from './statFile.js';

/** How many files are stat'ed at once; the threads of node's pool (4 by default) are what limits it. */
const STATS_AT_ONCE = 64;

interface Folder {
  readonly path: string;
  /** How the URLs of its files begin: with the slash at the end, or empty for the working folder. */
  readonly url: string;
  /** A file name as the URL spells it. */
  readonly spell: (name: string) => string;
  /** Resolved paths of this folder and the ones above it in this walk. */
  readonly trail: readonly string[];
}

interface Entry {
  readonly name: string;
  /** The name in the URL, with a slash for folders: sorting by it makes the whole walk ascend. */
  readonly key: string;
  readonly isFolder: boolean;
}

/**
 * The files whose URL starts with `prefix`, in order of URL, one folder in memory at a time. Symbolic links are followed (a link to a folder
 * that the walk is already in adds nothing and is left out); a link to nothing is an error, since a list that thins itself loses data.
 */
export async function* listFiles(prefix: string, { maxDepth = Infinity }: ListOptions): AsyncGenerator<ObjectInfo> {
  const isUrl = schemeOf(prefix) !== undefined;
  const spelled = isUrl ? pathToFileURL(localPath(prefix)).href : prefix;
  const cut = spelled.lastIndexOf('/') + 1;
  const url = spelled.slice(0, cut);
  const path = localPath(url === '' ? '.' : url).replace(/\/$/, '');
  const spell = isUrl ? (name: string) => pathToFileURL(`/${name}`).pathname.slice(1) : (name: string) => name;
  let top: string;
  try {
    top = await realpath(path === '' ? '/' : path);
  } catch (cause) {
    if (isMissing(cause)) return;
    throw fileError(cause, prefix, 'list');
  }
  yield* walk({ path, url, spell, trail: [top] }, spelled.slice(cut), maxDepth);
}

async function* walk(folder: Folder, namePrefix: string, maxDepth: number): AsyncGenerator<ObjectInfo> {
  const entries = await readEntries(folder, namePrefix);
  for (let at = 0; at < entries.length; at += STATS_AT_ONCE) {
    const group = entries.slice(at, at + STATS_AT_ONCE);
    const stats = await Promise.all(group.map((entry) => (entry.isFolder ? undefined : statEntry(folder, entry.name))));
    for (const [index, { name, key, isFolder }] of group.entries()) {
      const found = stats[index];
      if (found !== undefined) yield fileInfo(folder.url + key, found);
      if (!isFolder || maxDepth === 0) continue;
      const below = await enter(folder, name, key);
      if (below !== undefined) yield* walk(below, '', maxDepth - 1);
    }
  }
}

async function readEntries(folder: Folder, namePrefix: string): Promise<Entry[]> {
  let found: Dirent[];
  try {
    found = await readdir(folder.path === '' ? '/' : folder.path, { withFileTypes: true });
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw fileError(cause, folder.url || '.', 'list');
  }
  const entries: Entry[] = [];
  for (const entry of found) {
    const spelled = folder.spell(entry.name);
    if (partialOwner(entry.name) !== undefined || !`${spelled}/`.startsWith(namePrefix)) continue;
    const kind = entry.isSymbolicLink() ? await statEntry(folder, entry.name) : entry;
    if (kind === undefined || !(kind.isFile() || kind.isDirectory())) continue;
    const isFolder = kind.isDirectory();
    entries.push({ name: entry.name, key: isFolder ? `${spelled}/` : spelled, isFolder });
  }
  return entries.toSorted((a, b) => (a.key < b.key ? -1 : 1)).filter((entry) => entry.key.startsWith(namePrefix));
}

/** Undefined when the file went away since the folder was read. */
async function statEntry(folder: Folder, name: string): Promise<BigIntStats | undefined> {
  const url = folder.url + folder.spell(name);
  try {
    return await stat(`${folder.path}/${name}`, { bigint: true });
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw fileError(cause, url, 'list');
    if (name.includes('\uFFFD')) throw new StoreError('bad-url', url, `cannot list ${url}: a file name in ${folder.url || '.'} is not valid UTF-8; rename it`, cause);
    if (await isLink(`${folder.path}/${name}`)) throw new StoreError('not-found', url, `cannot list ${url}: it is a symbolic link to nothing; mend or remove it`, cause);
    return undefined;
  }
}

/** Undefined when the folder went away, or is one that the walk is in already. */
async function enter(folder: Folder, name: string, key: string): Promise<Folder | undefined> {
  const path = `${folder.path}/${name}`;
  try {
    const real = await realpath(path);
    if (folder.trail.includes(real)) return undefined;
    return { ...folder, path, url: folder.url + key, trail: [...folder.trail, real] };
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw fileError(cause, folder.url + key, 'list');
  }
}

const isMissing = (cause: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errnoOf(cause) ?? '');

const isLink = (path: string): Promise<boolean> => lstat(path).then((found) => found.isSymbolicLink(), () => false);
