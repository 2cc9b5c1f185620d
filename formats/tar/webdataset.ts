import { SampleFault } from '../../kernels/sampleFault.js';
import { splitMemberName } from './splitMemberName.js';
import { TarFault } from './tarFault.js';
import type { TarMember } from './tarMembers.js';
import { unsafePath } from './unsafePath.js';

export { splitMemberName, type MemberNameParts } from './splitMemberName.js';

/** One file of a record. */
export interface RecordMember {
  /** Lower-cased, without the first dot: `jpg`, `seg.png`. */
  readonly extension: string;
  readonly name: string;
  /** Content; empty where the record has a fault, or was read with `data: false`. May be a view of a larger buffer. */
  readonly data: Uint8Array;
  /** Bytes of the content in the archive. */
  readonly size: number;
  readonly dataOffset: number;
}

/** The members of one sample as a tar shard holds them. Offsets are bytes in the (decompressed) archive. */
export interface TarRecord {
  /** 0, 1, 2, ... in this reading of the shard; faulty records count. */
  readonly index: number;
  readonly key: string;
  /** First header block of the first member. */
  readonly byteOffset: number;
  /** After the padding of the last member that could be read. */
  readonly endOffset: number;
  readonly members: readonly RecordMember[];
  /** Why this record is no sample. Its members are listed as far as they were read, without their data. */
  readonly fault?: SampleFault;
  /** The fault cuts the shard: this last record stands for all that could not be read. There is nothing to resume at `endOffset`. */
  readonly endsShard?: true;
}

export interface GroupRecordsOptions {
  /** Files in one record. @default 256 (a guess: samples of today have 2 to 20) */
  readonly maxMembersPerRecord?: number;
  /** The members begin in the middle of the shard, at this record; an index says which keys came before. */
  readonly from?: { readonly index: number; readonly repeated: (index: number) => boolean };
}

const EMPTY = new Uint8Array(0);

/** The record under construction. */
interface OpenRecord {
  readonly key: string;
  readonly byteOffset: number;
  endOffset: number;
  members: RecordMember[];
  fault: SampleFault | undefined;
}

/**
 * Group the members of a shard into records: consecutive files with one key (WebDataset's rule). Links, directories and files without a key are
 * stepped over and do not separate the files around them. Holds one record, and the keys of the shard.
 *
 * A fault of one record stands on that record, and reading goes on: `record-repeated-part` two members with one extension; `key-repeated` the
 * key came before in this shard (each returning group is a record); `key-unsafe` see unsafePath, or not UTF-8; `member-too-large` see
 * `maxMemberBytes` of tarMembers; `record-too-many-members`. The first fault of a record counts.
 *
 * A SampleFault of `members` ends the shard: the record it cuts and the unreadable rest become one last record with that fault. A record is
 * whole, and delivered as such, when the cut member is known to have another key. Where the name is unknown (inside a header) the record under
 * construction may lack a part, so it is the one that is cut. Any other error is thrown, and the record under construction is not delivered.
 */
export async function* groupRecords(members: AsyncIterable<TarMember>, options: GroupRecordsOptions = {}): AsyncGenerator<TarRecord, void, undefined> {
  const { maxMembersPerRecord = 256, from } = options;
  if (!Number.isSafeInteger(maxMembersPerRecord) || maxMembersPerRecord < 1) {
    throw new RangeError(`\`maxMembersPerRecord\` must be an integer from 1 up, got ${maxMembersPerRecord}`);
  }
  const keys = new Set<string>();
  let index = from?.index ?? 0;
  let open: OpenRecord | undefined;
  try {
    for await (const member of members) {
      const parts = member.type === 'file' ? splitMemberName(member.name) : undefined;
      if (parts === undefined) continue;
      if (open !== undefined && open.key !== parts.key) yield closed(open, index++);
      if (open?.key !== parts.key) open = opened(parts.key, member, from === undefined ? seen(keys, parts.key) : from.repeated(index));
      add(open, parts.extension, member, maxMembersPerRecord);
    }
  } catch (error) {
    if (!(error instanceof SampleFault)) throw error;
    const cut = error instanceof TarFault && error.memberName !== undefined ? splitMemberName(error.memberName)?.key : undefined;
    if (open !== undefined && cut !== undefined && cut !== open.key) {
      yield closed(open, index++);
      open = undefined;
    }
    const byteOffset: number = open?.byteOffset ?? (error instanceof TarFault ? error.headerOffset : (error.byteOffset ?? 0));
    const last = open ?? { key: cut ?? '', byteOffset, endOffset: byteOffset, members: [] };
    yield { ...closed({ ...last, fault: error }, index), endsShard: true };
    return;
  }
  if (open !== undefined) yield closed(open, index);
}

function seen(keys: Set<string>, key: string): boolean {
  if (keys.has(key)) return true;
  keys.add(key);
  return false;
}

function opened(key: string, member: TarMember, repeated: boolean): OpenRecord {
  const { headerOffset: byteOffset } = member;
  let fault: SampleFault | undefined;
  const why = member.nameIsUtf8 ? unsafePath(key) : 'it is not UTF-8';
  if (why !== undefined) fault = new SampleFault('key-unsafe', `The key ${JSON.stringify(key)} at byte ${byteOffset} cannot be used: ${why}. Rename the members.`, { byteOffset });
  else if (repeated) fault = new SampleFault('key-repeated', `The key ${JSON.stringify(key)} at byte ${byteOffset} came before in this shard. Give each sample its own key and keep its members together.`, { byteOffset });
  return { key, byteOffset, endOffset: byteOffset, members: [], fault };
}

function add(record: OpenRecord, extension: string, member: TarMember, maxMembers: number): void {
  const { name, size, dataOffset, headerOffset: byteOffset } = member;
  record.endOffset = member.endOffset;
  const at = `${JSON.stringify(name)} at byte ${byteOffset}`;
  const refuse = (code: string, message: string): void => {
    record.fault ??= new SampleFault(code, message, { byteOffset });
  };
  if (record.members.length === maxMembers) {
    return refuse('record-too-many-members', `The record ${JSON.stringify(record.key)} has more than ${maxMembers} members, next ${at}. Raise maxMembersPerRecord if that is right.`);
  }
  if (member.oversize) refuse('member-too-large', `The member ${at} has ${size} bytes, more than maxMemberBytes allows.`);
  if (record.members.some((other) => other.extension === extension)) refuse('record-repeated-part', `The record ${JSON.stringify(record.key)} has ${JSON.stringify(extension)} twice, again in ${at}. Keep one of them.`);
  const unsafe = unsafePath(`x${extension}`);
  if (unsafe !== undefined || !member.nameIsUtf8) refuse('key-unsafe', `The name ${at} cannot be used: ${unsafe ?? 'it is not UTF-8'}. Rename the member.`);
  record.members.push({ extension, name, data: record.fault === undefined ? member.data : EMPTY, size, dataOffset });
}

function closed({ key, byteOffset, endOffset, members, fault }: OpenRecord, index: number): TarRecord {
  if (fault === undefined) return { index, key, byteOffset, endOffset, members };
  return { index, key, byteOffset, endOffset, members: members.map((member) => ({ ...member, data: EMPTY })), fault };
}
