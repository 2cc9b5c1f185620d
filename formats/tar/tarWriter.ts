import { SampleFault } from '../../kernels/sampleFault.js';
import { BLOCK_BYTES } from './headerBlock.js';
import { unsafePath } from './unsafePath.js';

export interface TarHeaderOptions {
  /** Permission bits. @default 0o644 */
  readonly mode?: number;
  /** Seconds since 1970. @default 0, so that equal content gives equal bytes */
  readonly mtime?: number;
}

const MAX_OCTAL_SIZE = 8 ** 11 - 1; // 11 octal digits: 8 GiB - 1
const utf8 = new TextEncoder();

/**
 * The header block(s) of one file: a function of its arguments alone (owner and group 0 and unnamed, no clock), so equal samples give equal
 * shards.
 *
 * Plain ustar where an ASCII name fits (100 bytes, or split at a slash into a prefix of up to 155 and a name of up to 100), else a pax header
 * in front (POSIX.1-2017 pax): UTF-8 names, long names, sizes from 8 GiB.
 *
 * @throws SampleFault `key-unsafe` for a name that must not become a path (see unsafePath) or that ends with a slash
 */
export function tarHeader(name: string, size: number, options: TarHeaderOptions = {}): Uint8Array {
  const { mode = 0o644, mtime = 0 } = options;
  const why = unsafePath(name) ?? (name.endsWith('/') ? 'it ends with a slash, as only directories do' : undefined);
  if (why !== undefined) throw new SampleFault('key-unsafe', `The member name ${JSON.stringify(name)} cannot be written: ${why}. Rename it.`);
  integer('size', size, Number.MAX_SAFE_INTEGER);
  integer('mode', mode, 0o7777);
  integer('mtime', mtime, MAX_OCTAL_SIZE);

  const split = splitName(name);
  const records = [...(split === undefined ? [paxRecord('path', name)] : []), ...(size > MAX_OCTAL_SIZE ? [paxRecord('size', String(size))] : [])];
  // Readers that know no pax see this name and size: nothing of ours may depend on them.
  const [prefix, base] = split ?? ['', name.replace(/[^\x20-\x7e]/g, '_').slice(0, 100)];
  const own = block({ name: base, prefix, size: size > MAX_OCTAL_SIZE ? 0 : size, flag: '0', mode, mtime });
  if (records.length === 0) return own;
  const body = Buffer.concat(records);
  return concat([block({ name: '././@PaxHeader', prefix: '', size: body.length, flag: 'x', mode: 0o644, mtime: 0 }), body, tarPadding(body.length), own]);
}

/** A whole member: header block(s), `data` itself (not a copy), padding to the next block. Empty parts are left out. */
export function tarMember(name: string, data: Uint8Array, options: TarHeaderOptions = {}): Uint8Array[] {
  return [tarHeader(name, data.length, options), data, tarPadding(data.length)].filter((part) => part.length > 0);
}

/** The zero bytes that follow a content of `size` bytes: 0 to 511. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
}

/** The end of an archive: two zero blocks. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK_BYTES);
}

/** [prefix, name] of an ASCII name that fits ustar's fields, else undefined. */
function splitName(name: string): readonly [prefix: string, base: string] | undefined {
  if (!/^[\x20-\x7e]*$/.test(name)) return undefined;
  if (name.length <= 100) return ['', name];
  const slash = name.indexOf('/', name.length - 101); // the first that leaves a base of up to 100 bytes
  return slash < 1 || slash > 155 || slash === name.length - 1 ? undefined : [name.slice(0, slash), name.slice(slash + 1)];
}

/** `"%d %s=%s\n"`, where the number counts its own digits too. */
function paxRecord(keyword: string, value: string): Uint8Array {
  const rest = utf8.encode(` ${keyword}=${value}\n`);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return concat([utf8.encode(String(length)), rest]);
}

interface BlockFields {
  readonly name: string;
  readonly prefix: string;
  readonly size: number;
  readonly flag: string;
  readonly mode: number;
  readonly mtime: number;
}

function block({ name, prefix, size, flag, mode, mtime }: BlockFields): Uint8Array {
  const bytes = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, at: number, length: number): number => bytes.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  bytes.write(name, 0, 'latin1');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(mtime, 136, 12);
  bytes.fill(0x20, 148, 156);
  bytes.write(flag, 156, 'latin1');
  bytes.write('ustar\x0000', 257, 'latin1');
  octal(0, 329, 8);
  octal(0, 337, 8);
  bytes.write(prefix, 345, 'latin1');
  octal(bytes.reduce((sum, byte) => sum + byte, 0), 148, 7); // six digits, NUL, and the space that is there already
  bytes[154] = 0;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, BLOCK_BYTES);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function integer(name: string, value: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > max) throw new RangeError(`\`${name}\` must be an integer from 0 to ${max}, got ${value}`);
}
