import { constants } from 'node:buffer';
import { SampleFault } from '../../kernels/sampleFault.js';
import { ByteReader } from './byteReader.js';
import { isExtension, readExtension, type MemberOverrides } from './extensionHeader.js';
import { foreignFormat } from './foreignFormat.js';
import { BLOCK_BYTES, checksumHolds, hasMagic, isZero, readHeaderBlock, withoutSlashes } from './headerBlock.js';
import { memberName } from './memberName.js';
import { TarFault } from './tarFault.js';

/** One member of a tar archive. Offsets are bytes in the (decompressed) archive. */
export interface TarMember {
  /** Path as stored, without the slashes at the end of a directory's. Bytes that are not UTF-8 stand as `\xNN`: see `nameIsUtf8`. */
  readonly name: string;
  readonly nameIsUtf8: boolean;
  /** `other`: devices, pipes, volume labels, vendor types. */
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** Bytes of content that the archive stores for this member: 0 for links and directories, whatever their header says. */
  readonly size: number;
  /** Where a symlink or hardlink points. */
  readonly linkName?: string;
  /** First header block, pax and GNU extension headers of this member included. */
  readonly headerOffset: number;
  readonly dataOffset: number;
  /** After the content and its padding: where the next member's header starts. */
  readonly endOffset: number;
  /** Content of a file; empty for other types, with `data: false`, and when `oversize`. May be a view of a larger buffer. */
  readonly data: Uint8Array;
  /** The file is larger than `maxMemberBytes`, so its content was stepped over. */
  readonly oversize: boolean;
  /** A pax global header before it speaks for it: reading cannot begin here. */
  readonly inherits?: true;
}

export interface TarMembersOptions {
  /** Largest content to hold in memory, bytes. @default 1 GiB (a guess: far above any image, below what hurts one process) */
  readonly maxMemberBytes?: number;
  /** false: step over all contents (to count or index). @default true */
  readonly data?: boolean;
  /** Byte offset of the first chunk in the archive, when reading starts at a member in its middle. @default 0 */
  readonly offset?: number;
}

/** Bytes of one extension header (pax body or long name); 1 MiB is also Go's limit, real ones have under 10 kB. */
const MAX_EXTENSION_BYTES = 2 ** 20;
/** A view pins its whole chunk. Members below 1/16 of it are copied, so a kept caption never holds megabytes. */
const MAX_PINNED_RATIO = 16;
const EMPTY = new Uint8Array(0);
const NONE: MemberOverrides = {};
const TYPES = { '0': 'file', '7': 'file', '1': 'hardlink', '2': 'symlink', '5': 'directory' } as const satisfies Record<string, TarMember['type']>;
const WITHOUT_CONTENT = '123456';
const RETRY = 'Fetch the shard again; if its bytes are the same, make it again from its source';

/**
 * Read a tar archive, member after member, from a stream of its bytes.
 *
 * Understood: ustar with prefix, pax local and global headers (path, linkpath, size), GNU long names and links, old V7, base-256 sizes. As
 * in Python's tarfile, the first of several extension headers of one kind wins. It ends at two zero blocks (or one and the end of the
 * bytes), and also where the bytes end after a whole member. How the bytes are chunked never matters. Holds one member; the chunks must
 * not be written again by their producer, because content that lies within one chunk is handed out as a view of it.
 *
 * @throws TarFault (a SampleFault that says which member it cuts); nothing can be read after it:
 * `tar-not-a-tar` no tar header at the start; `tar-checksum` a damaged header; `tar-truncated` ends inside a header or a member (a member
 * whose content is whole and only its padding is cut is delivered first); `tar-size` a negative, unreadable or unsafe size, or an extension
 * header over 1 MiB; `tar-sparse` a sparse member; `tar-pax-record` a malformed pax record. Faults of the chunks' own reader
 * (`gzip-truncated`, ...) come as a TarFault of the same code; other errors pass unchanged.
 */
export async function* tarMembers(chunks: AsyncIterable<Uint8Array>, options: TarMembersOptions = {}): AsyncGenerator<TarMember, void, undefined> {
  const { maxMemberBytes = 2 ** 30, data: wantData = true, offset = 0 } = options;
  check('maxMemberBytes', maxMemberBytes, constants.MAX_LENGTH);
  check('offset', offset, Number.MAX_SAFE_INTEGER);
  const reader = new ByteReader(chunks, offset);
  let globals = NONE;
  let locals: MemberOverrides | undefined;
  let headerOffset = offset;
  let cutName: string | undefined;
  let zeroBlocks = 0;
  const fault = (code: string, message: string, byteOffset: number): TarFault =>
    new TarFault(code, `${message}, at byte ${byteOffset}${cutName === undefined ? '' : ` (member ${JSON.stringify(cutName)})`}. ${ADVICE[code] ?? RETRY}.`, { byteOffset, headerOffset, memberName: cutName });

  try {
    for (;;) {
      const blockOffset = reader.offset;
      if (locals === undefined) headerOffset = blockOffset;
      cutName = undefined;
      const block = reader.takeNow(BLOCK_BYTES) ?? (await reader.take(BLOCK_BYTES));
      if (block.length < BLOCK_BYTES) {
        const atStart = blockOffset === 0 && block.length > 0;
        if (atStart && !hasMagic(block)) throw fault('tar-not-a-tar', notATar(block), 0);
        if (locals !== undefined || !isZero(block)) throw fault('tar-truncated', `The archive ends inside a header: ${block.length} of ${BLOCK_BYTES} bytes`, reader.offset);
        return;
      }
      if (block[0] === 0 && isZero(block)) {
        if (locals !== undefined) throw fault('tar-truncated', 'The archive ends after an extension header, without its member', blockOffset);
        if (++zeroBlocks === 2) return;
        continue;
      }
      zeroBlocks = 0;
      if (!checksumHolds(block)) {
        if (blockOffset === 0 && !hasMagic(block)) throw fault('tar-not-a-tar', notATar(block), 0);
        if (hasMagic(block) && locals === undefined) cutName = memberName(readHeaderBlock(block).name).text;
        throw fault('tar-checksum', 'The checksum of a header does not hold', blockOffset);
      }

      const header = readHeaderBlock(block);
      if (isExtension(header.flag)) {
        if (header.flag !== 'g') locals ??= {};
        if (!(header.size >= 0 && header.size <= MAX_EXTENSION_BYTES)) throw fault('tar-size', `An extension header gives its size as ${header.size} (range 0 to ${MAX_EXTENSION_BYTES})`, blockOffset);
        const padded = header.size + paddingOf(header.size);
        const body = reader.takeNow(padded) ?? (await reader.take(padded));
        if (body.length < padded) throw fault('tar-truncated', `The archive ends inside an extension header: ${body.length} of ${padded} bytes`, reader.offset);
        const found = readExtension(header.flag, body.subarray(0, header.size));
        if ('malformedAt' in found) throw fault('tar-pax-record', 'A pax header has a malformed record', blockOffset + BLOCK_BYTES + found.malformedAt);
        if (header.flag === 'g') globals = { ...globals, ...found };
        else locals = { ...found, ...locals };
        continue;
      }

      const { path = header.name, linkPath = header.linkName, size: stored = header.size, sparse } = { ...globals, ...locals };
      locals = undefined;
      const type = TYPES[header.flag as keyof typeof TYPES] ?? 'other';
      const { text: name, isUtf8: nameIsUtf8 } = memberName(type === 'directory' ? withoutSlashes(path) : path);
      cutName = name;
      if (header.flag === 'S' || sparse !== undefined) throw fault('tar-sparse', `A sparse member (${sparse ?? 'old GNU format'}): its stored bytes are not the file's bytes`, blockOffset);
      const size = WITHOUT_CONTENT.includes(header.flag) ? 0 : stored;
      if (!(size >= 0 && Number.isSafeInteger(blockOffset + BLOCK_BYTES + size + BLOCK_BYTES))) throw fault('tar-size', `A header gives the size as ${size}`, blockOffset);

      const dataOffset = reader.offset;
      const padding = paddingOf(size);
      const oversize = type === 'file' && size > maxMemberBytes;
      let data: Uint8Array = EMPTY;
      if (type === 'file' && wantData && !oversize && size > 0) {
        data = unpinned(reader.takeNow(size) ?? (await reader.take(size)));
      } else if (!reader.skipNow(size)) {
        await reader.skip(size);
      }
      const missing = dataOffset + size - reader.offset;
      if (missing > 0) throw fault('tar-truncated', `The archive ends inside a member: ${size - missing} of ${size} bytes`, reader.offset);
      const whole = reader.skipNow(padding) || (await reader.skip(padding)) === padding;

      yield {
        name, nameIsUtf8, type, size, headerOffset, dataOffset, data, oversize,
        ...(globals === NONE || Object.keys(globals).length === 0 ? {} : { inherits: true as const }),
        ...(type === 'symlink' || type === 'hardlink' ? { linkName: memberName(linkPath).text } : {}),
        endOffset: dataOffset + size + padding,
      };
      if (!whole) throw fault('tar-truncated', 'The archive ends inside the padding of a member', reader.offset);
    }
  } catch (error) {
    if (error instanceof TarFault || !(error instanceof SampleFault)) throw error;
    throw new TarFault(error.code, error.message, { byteOffset: error.byteOffset ?? reader.offset, headerOffset, memberName: cutName, cause: error });
  } finally {
    await reader.close();
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  'tar-not-a-tar': 'Check the URL and what it answered',
  'tar-sparse': 'Write the archive again without --sparse',
};

function check(name: string, value: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > max) throw new RangeError(`\`${name}\` must be an integer from 0 to ${max} (bytes), got ${value}`);
}

function notATar(start: Uint8Array): string {
  const format = foreignFormat(start);
  return `Not a tar archive: no header with a right checksum${format === undefined ? '' : `, it looks like ${format}`}`;
}

function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

function unpinned(bytes: Uint8Array): Uint8Array {
  return bytes.length * MAX_PINNED_RATIO < bytes.buffer.byteLength ? bytes.slice() : bytes;
}
