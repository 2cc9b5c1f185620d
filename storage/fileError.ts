import { StoreError, type StoreErrorCode } from './objectStore.js';

type Advice = readonly [code: StoreErrorCode, what: string];

const partOfPathIsFile: Advice = ['is-directory', 'a part of its path is a file where a folder is needed; rename one of them'];
const denied: Advice = ['denied', 'permission denied; check the owner and mode of the file and of every folder above it'];
const full: Advice = ['full', 'no space left (disk or quota); free some, or write elsewhere, and run again'];
const tooManyOpen: Advice = ['transient', 'too many open files; raise `ulimit -n` or lower the concurrency'];
const badName: Advice = ['bad-url', 'the system does not accept this name (too long, or a loop of symbolic links)'];
const mayPass: Advice = ['transient', 'the file system failed; if it stays, look at the disk, the mount and the kernel log'];

const ADVICE: Readonly<Record<string, Advice>> = {
  ENOENT: ['not-found', 'no such file; check the spelling, and the working folder of a relative path'],
  EISDIR: ['is-directory', 'it is a folder'],
  ENOTDIR: partOfPathIsFile,
  EEXIST: partOfPathIsFile, // from mkdir; where links meet EEXIST it is an answer and never comes here
  EACCES: denied,
  EPERM: denied,
  EROFS: ['denied', 'the file system is mounted read-only; write elsewhere'],
  ENOSPC: full,
  EDQUOT: full,
  EMFILE: tooManyOpen,
  ENFILE: tooManyOpen,
  ENAMETOOLONG: badName,
  ELOOP: badName,
  EAGAIN: mayPass,
  EBUSY: mayPass,
  EINTR: mayPass,
  EIO: mayPass,
  ENOMEM: mayPass,
  ESTALE: mayPass,
  ETIMEDOUT: mayPass,
};

/** The system's error code (`ENOENT`, ...) of whatever was thrown. */
export function errnoOf(cause: unknown): string | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What a call of node:fs threw, as a StoreError. A StoreError passes unchanged. `action` reads before the URL: "read", "write", ... */
export function fileError(cause: unknown, url: string, action: string): StoreError {
  if (cause instanceof StoreError) return cause;
  const errno = errnoOf(cause);
  const [code, what] = ADVICE[errno ?? ''] ?? ['other', cause instanceof Error ? cause.message : String(cause)];
  return new StoreError(code, url, `cannot ${action} ${url}: ${what}${errno === undefined ? '' : ` (${errno})`}`, cause);
}

/** A folder where an object was asked for. */
export function folderError(url: string, action: string): StoreError {
  return new StoreError('is-directory', url, `cannot ${action} ${url}: it is a folder; for the shards in it write ${url.replace(/\/+$/, '')}/*.tar`);
}
