import { basename, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoreError } from './objectStore.js';
import { schemeOf } from './schemeOf.js';

/**
 * The absolute path that a plain path or a `file:` URL means (RFC 8089). A plain path is kept byte for byte, not normalised: with symbolic
 * links `a/../b` is for the kernel to resolve.
 * @throws StoreError `bad-url`
 */
export function localPath(url: string): string {
  const bad = (why: string, cause?: unknown) => new StoreError('bad-url', url, `not a local file name: ${JSON.stringify(url)}: ${why}`, cause);
  if (url === '') throw bad('it is empty');
  if (url.includes('\0')) throw bad('it holds a NUL character');
  const scheme = schemeOf(url);
  if (scheme === undefined) return isAbsolute(url) ? url : `${process.cwd()}/${url}`;
  if (scheme !== 'file') throw bad(`its scheme is ${scheme}:, the file store takes plain paths and file: URLs`);
  // Without these two, node reads file:a as /a, and drops what follows ? and # without a word.
  if (!/^file:\//i.test(url)) throw bad('a file: URL is absolute, as in file:///data/a.tar; write a relative name without file:');
  if (/[?#]/.test(url)) throw bad('write ? as %3F and # as %23 in a file: URL');
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw bad('write three slashes, as in file:///data/a.tar, and a % only as part of %xx', cause);
  }
}

/** `localPath` of something to be written: its last part must be able to name a file. */
export function localTarget(url: string): string {
  const path = localPath(url);
  if (path.endsWith('/') || ['.', '..'].includes(basename(path))) {
    throw new StoreError('bad-url', url, `cannot write ${url}: it names a folder; add a file name`);
  }
  return path;
}
