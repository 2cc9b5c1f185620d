/**
 * Why a name must never become a path, or undefined if it may: data from strangers may not choose where a file goes, on any system. Both slashes
 * separate segments here. A safe name has no `..` segment, is not absolute (`/`, `\`, `C:`), has no control characters, is not empty, and
 * can be written as UTF-8.
 */
export function unsafePath(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name.startsWith('/') || name.startsWith('\\')) return 'it is an absolute path';
  if (/^[A-Za-z]:/.test(name)) return 'it starts with a drive letter';
  if (name.includes('..') && name.split(/[\\/]/).includes('..')) return 'it has a `..` segment';
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `it has the control character U+${code.toString(16).padStart(4, '0')}`;
  }
  return /\p{Surrogate}/u.test(name) ? 'it has half a surrogate pair' : undefined;
}
