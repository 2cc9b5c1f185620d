import { hash32 } from '../../kernels/hash.js';
import { compressionOf } from './decompress.js';
import { tarMembers, type TarMember } from './tarMembers.js';
import { groupRecords, type TarRecord } from './webdataset.js';

/** Where one record of a shard lies, and who it is. */
export interface IndexEntry {
  /** First header block of its first member. */
  readonly byteOffset: number;
  /** To the end of the padding of its last member: a multiple of 512. */
  readonly byteLength: number;
  /** `hash32` of the key. */
  readonly keyHash: number;
  /** Its key came before in the shard, which only who read the shard from its start can know. */
  readonly repeated: boolean;
  /** The shard breaks off here: the entry stands for all that cannot be read. */
  readonly endsShard: boolean;
}

export interface IndexHeader {
  readonly records: number;
  /** Size of the shard that was indexed. */
  readonly shardBytes: number;
}

/**
 * The sidecar of a shard: 32 bytes of header (magic, version, count of records, bytes of the shard), then 16 bytes a record (offset, length in
 * blocks of 512 with two flags, hash of the key); little endian. Entries have one size, so that a range of them is one ranged read.
 */
export const INDEX_ENDING = '.millrace-index';
export const INDEX_HEADER_BYTES = 32;
export const INDEX_ENTRY_BYTES = 16;

const MAGIC = 'MRINDEX\0';
const VERSION = 1;
const BLOCK = 512;
const REPEATED = 2 ** 30;
const ENDS_SHARD = 2 ** 31;
const MAX_BLOCKS = REPEATED - 1;

/** Why a shard cannot be read from its middle. */
export class NotSeekableError extends Error {
  override readonly name = 'NotSeekableError';
}

/**
 * The entries of a shard, from all its bytes. A shard that breaks off is indexed up to there.
 * @throws NotSeekableError for a compressed shard, and for pax global headers, on which every later member rests
 */
export async function indexShard(chunks: AsyncIterable<Uint8Array>): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  for await (const record of groupRecords(seekable(tarMembers(uncompressed(chunks), { data: false })), { maxMembersPerRecord: Number.MAX_SAFE_INTEGER })) entries.push(entryOf(record));
  return entries;
}

function entryOf({ key, byteOffset, endOffset, fault, endsShard }: TarRecord): IndexEntry {
  return { byteOffset, byteLength: endOffset - byteOffset, keyHash: hash32(key), repeated: fault?.code === 'key-repeated', endsShard: endsShard === true };
}

/** What a record disagrees with its entry in, in words; undefined: nothing. A shard that broke off differs in where, as its end is not known. */
export function indexDisagreement(entry: IndexEntry, record: TarRecord): string | undefined {
  const read = entryOf(record);
  const names = ['byteOffset', 'keyHash', 'endsShard', ...(entry.endsShard ? [] : ['byteLength'] as const)] as const;
  const differs = names.filter((name) => read[name] !== entry[name]);
  return differs.length === 0 ? undefined : differs.map((name) => `${name} ${read[name]}, in the index ${entry[name]}`).join('; ');
}

export function encodeIndex(entries: readonly IndexEntry[], shardBytes: number): Uint8Array {
  const bytes = new Uint8Array(INDEX_HEADER_BYTES + entries.length * INDEX_ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(MAGIC, 'latin1'));
  view.setUint32(8, VERSION, true);
  view.setUint32(12, entries.length, true);
  view.setBigUint64(16, BigInt(shardBytes), true);
  for (const [index, { byteOffset, byteLength, keyHash, repeated, endsShard }] of entries.entries()) {
    const at = INDEX_HEADER_BYTES + index * INDEX_ENTRY_BYTES;
    const blocks = byteLength / BLOCK;
    if (blocks > MAX_BLOCKS) throw new RangeError(`record ${index} has ${byteLength} bytes, more than an index can hold`);
    view.setBigUint64(at, BigInt(byteOffset), true);
    view.setUint32(at + 8, Math.floor(blocks) + (repeated ? REPEATED : 0) + (endsShard ? ENDS_SHARD : 0), true);
    view.setUint32(at + 12, keyHash, true);
  }
  return bytes;
}

/** @throws RangeError that says why these are not the first bytes of an index */
export function parseIndexHeader(bytes: Uint8Array): IndexHeader {
  if (bytes.length < INDEX_HEADER_BYTES || Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') !== MAGIC) throw new RangeError('it does not begin like an index');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const version = view.getUint32(8, true);
  if (version !== VERSION) throw new RangeError(`it is of version ${version}, this program reads version ${VERSION}`);
  return { records: view.getUint32(12, true), shardBytes: Number(view.getBigUint64(16, true)) };
}

/** Where entries `[from, to)` lie in the sidecar. */
export function indexRange(from: number, to: number): { readonly start: number; readonly end: number } {
  return { start: INDEX_HEADER_BYTES + from * INDEX_ENTRY_BYTES, end: INDEX_HEADER_BYTES + to * INDEX_ENTRY_BYTES };
}

export function parseIndexEntries(bytes: Uint8Array): IndexEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / INDEX_ENTRY_BYTES) }, (_, index) => {
    const at = index * INDEX_ENTRY_BYTES;
    const word = view.getUint32(at + 8, true);
    return {
      byteOffset: Number(view.getBigUint64(at, true)),
      byteLength: (word % REPEATED) * BLOCK,
      keyHash: view.getUint32(at + 12, true),
      repeated: word % ENDS_SHARD >= REPEATED,
      endsShard: word >= ENDS_SHARD,
    };
  });
}

async function* uncompressed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let first = true;
  for await (const chunk of chunks) {
    const format = first ? compressionOf(chunk) : undefined;
    if (format !== undefined) throw new NotSeekableError(`it is compressed with ${format}, so no record can be read without all before it: decompress it, images do not shrink anyway`);
    first = false;
    yield chunk;
  }
}

async function* seekable(members: AsyncIterable<TarMember>): AsyncGenerator<TarMember, void, undefined> {
  for await (const member of members) {
    if (member.inherits) throw new NotSeekableError(`a pax global header speaks for the member at byte ${member.headerOffset} and all after it: write the archive again without global headers`);
    yield member;
  }
}
