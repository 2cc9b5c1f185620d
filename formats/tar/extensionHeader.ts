import { untilNul, withoutSlashes } from './headerBlock.js';
import { paxRecords } from './paxRecords.js';

/**
 * What extension headers say about the next member (local) or about all that follow (global). Names are raw bytes. A field that is there and
 * undefined takes back what came before it: the header block's own field stands.
 */
export interface MemberOverrides {
  readonly path?: Uint8Array | undefined;
  readonly linkPath?: Uint8Array | undefined;
  /** NaN: not a number. */
  readonly size?: number | undefined;
  /** The member is sparse: the pax keyword that says so. */
  readonly sparse?: string;
}

/** Type flags of headers that describe another member: pax local (`X` is Solaris) and global, GNU long name and long link. */
export function isExtension(flag: string): boolean {
  return flag === 'x' || flag === 'X' || flag === 'g' || flag === 'L' || flag === 'K';
}

/**
 * Read the body of an extension header. Of two pax records with one keyword the last counts; an empty value takes the keyword
 * back (POSIX). @returns the overrides, or the offset in `body` of a malformed pax record
 */
export function readExtension(flag: string, body: Uint8Array): MemberOverrides | { readonly malformedAt: number } {
  if (flag === 'L') return { path: untilNul(body) };
  if (flag === 'K') return { linkPath: untilNul(body) };
  const records = paxRecords(body);
  if (!Array.isArray(records)) return records;
  const found: { -readonly [K in keyof MemberOverrides]: MemberOverrides[K] } = {};
  for (const { keyword, value } of records) {
    const empty = value.length === 0;
    if (keyword === 'path') found.path = empty ? undefined : withoutSlashes(value);
    else if (keyword === 'linkpath') found.linkPath = empty ? undefined : value;
    else if (keyword === 'size') found.size = empty ? undefined : decimal(value);
    else if (keyword.startsWith('GNU.sparse.')) found.sparse = keyword;
  }
  return found;
}

function decimal(value: Uint8Array): number {
  const text = Buffer.from(value).toString('latin1');
  return /^-?[0-9]+$/.test(text) ? Number(text) : NaN;
}
