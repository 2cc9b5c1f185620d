import { START, type Extent, type PlanTools, type Source, type SourceRecord, type SourceTools } from '../engine/source.js';
import { UsageError } from '../engine/errors.js';
import { checkInteger } from '../engine/check.js';
import type { Sample } from '../engine/sample.js';
import { chooseFile, type FieldCodec, type FieldValues } from '../formats/fields.js';
import { decompress } from '../formats/tar/decompress.js';
import { indexDisagreement } from '../formats/tar/shardIndex.js';
import { tarMembers } from '../formats/tar/tarMembers.js';
import { groupRecords, type TarRecord } from '../formats/tar/webdataset.js';
import { SampleFault } from '../kernels/sampleFault.js';
import { expandUrls } from '../storage/expandUrls.js';
import { StoreError } from '../storage/objectStore.js';
import { cutByIndex, readIndexEntries } from './cutByIndex.js';

type Codecs = Record<string, FieldCodec<unknown>>;

export interface ReadTarOptions<F extends Codecs> {
  /** The fields of a sample and the files that they are read from. */
  readonly fields: F;
  /** The source's name in origins and cursors. @default 'readTar' */
  readonly name?: string;
  /** A file over this size is not read into memory; its record is refused, `member-too-large`. @default 256 MiB */
  readonly maxMemberBytes?: number;
  /** A record of more files is refused. @default 100 */
  readonly maxMembersPerRecord?: number;
  /**
   * Records that a lane of a streaming run takes from a shard at a time, where the shard has an index; more where that would make over a million ranges. Fewer mix better and
   * seek more often: 16 web images are about 2 MB. Infinity: the whole shard. @default 16, from which on the order is at least as good as py1e's (bench/shuffleQuality.ts)
   */
  readonly extentRecords?: number;
}

/**
 * Read WebDataset tar shards: consecutive files with one key are a sample (the key runs to the first dot of the base name).
 *
 * `urls`: names with bash braces (`{000..127}.tar`), several joined by `::`, or globs where the store can list. `.tar.gz` is read too. A
 * record lacking a field, with a repeated file, an unsafe key or a key that came before in its shard is refused with its reason. A shard
 * that breaks off gives its whole records, then one refused record for the rest; only after a second, uncached read agrees.
 *
 * A shard with an index beside it (`millrace index`) is shared out in record ranges by a streaming run, and a resume begins at its record. What is
 * read must be what the index says. Without an index a lane takes whole shards, or strides of one, and a resume reads the shard from its start.
 *
 * @throws UsageError, StoreError when planning: nothing matches, a name is missing or stands twice
 */
export function readTar<const F extends Codecs>(
  urls: string | readonly string[],
  { fields, name = 'readTar', maxMemberBytes = 256 * 2 ** 20, maxMembersPerRecord = 100, extentRecords = 16 }: ReadTarOptions<F>,
): Source<Sample & FieldValues<F>> {
  checkInteger(name, 'maxMemberBytes', maxMemberBytes, 1);
  checkInteger(name, 'maxMembersPerRecord', maxMembersPerRecord, 1);
  if (extentRecords !== Number.POSITIVE_INFINITY) checkInteger(name, 'extentRecords', extentRecords, 1);
  for (const reserved of ['key', 'origin', 'cursor', 'members', 'dropped']) {
    if (reserved in fields) throw new UsageError(`${name}: a field cannot be called \`${reserved}\`, every sample has one`);
  }
  const records = (extent: Extent, tools: SourceTools, read: { data: boolean; fresh?: boolean }): AsyncIterable<TarRecord> => {
    const chunks = tools.stores(extent.shard).read(extent.shard, { signal: tools.signal, ...(read.fresh === true ? { fresh: true } : {}) });
    return groupRecords(tarMembers(decompress(chunks), { maxMemberBytes, data: read.data }), { maxMembersPerRecord });
  };

  return {
    name,
    version: 1,
    options: {
      fields: Object.fromEntries(Object.entries(fields).map(([field, codec]) => [field, { ...codec.options, optional: codec.optional }])),
      maxMemberBytes,
      maxMembersPerRecord,
    },

    async plan(tools: PlanTools) {
      const objects = await expandUrls(urls, tools.stores);
      const extents = objects.map((object, index): Extent => ({ index, shard: object.url, bytes: object.bytes, etag: object.etag }));
      if (tools.lanes !== undefined) return cutByIndex(extents, { lanes: tools.lanes, extentRecords }, tools);
      return tools.limit === undefined ? extents : cut(extents, tools.limit, (extent) => records(extent, tools, { data: false }));
    },

    async *open(extent, from, tools): AsyncGenerator<SourceRecord<Omit<Sample & FieldValues<F>, keyof Sample>>> {
      await checkUnchanged(extent, tools);
      const [first, end] = extent.records ?? [0, Number.POSITIVE_INFINITY];
      const begin = Math.max(first, from.record);
      if (extent.sidecar !== undefined) {
        for await (const record of indexed(extent, extent.sidecar, begin, end, tools)) yield decode(record, fields) as SourceRecord<Omit<Sample & FieldValues<F>, keyof Sample>>;
        await checkUnchanged(extent, tools);
        return;
      }
      // Without an index always from the start: a key that comes back is known only to those who saw it before.
      for await (const record of records(extent, tools, { data: true })) {
        if (record.index >= end) return;
        if (record.endsShard === true) await confirm(record, extent, tools);
        if (record.index < begin) continue;
        yield decode(record, fields) as SourceRecord<Omit<Sample & FieldValues<F>, keyof Sample>>;
      }
      // And again: nothing of a shard that was rewritten under the reader may be committed.
      await checkUnchanged(extent, tools);
    },
  };

  /** Records `[begin, end)` by one ranged read, each held against its entry: an index of a shard that was rewritten must not go unnoticed. */
  async function* indexed(extent: Extent, sidecar: string, begin: number, end: number, tools: SourceTools): AsyncGenerator<TarRecord> {
    const store = tools.stores(extent.shard);
    const entries = begin < end ? await readIndexEntries(store, sidecar, begin, end) : [];
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return;
    const stale = (what: string): StoreError => new StoreError('other', extent.shard, `${extent.shard} is not as its index says: ${what}. Has it changed since? Run millrace index --force ${extent.shard}`);
    const range = { start: first.byteOffset, ...(last.endsShard ? {} : { end: last.byteOffset + last.byteLength }), signal: tools.signal };
    const members = tarMembers(store.read(extent.shard, range), { maxMemberBytes, offset: first.byteOffset });
    let next = begin;
    for await (const record of groupRecords(members, { maxMembersPerRecord, from: { index: begin, repeated: (index) => entries[index - begin]?.repeated === true } })) {
      const entry = entries[record.index - begin];
      const differs = entry === undefined ? 'it is not there' : indexDisagreement(entry, record);
      if (differs !== undefined) throw stale(`record ${record.index} at byte ${record.byteOffset}: ${differs}`);
      next = record.index + 1;
      yield record;
    }
    if (next < end) throw stale(`record ${next} is missing at byte ${entries[next - begin]?.byteOffset}`);
  }

  /** Corruption is declared only after an uncached re-read agrees. */
  async function confirm(record: TarRecord, extent: Extent, tools: SourceTools): Promise<void> {
    let again: SampleFault | undefined;
    for await (const reread of records(extent, tools, { data: false, fresh: true })) {
      if (reread.endsShard === true) again = reread.fault;
    }
    const fault = record.fault as SampleFault;
    if (again?.code !== fault.code || again.byteOffset !== fault.byteOffset) {
      throw new StoreError('transient', extent.shard, `${extent.shard}: two reads disagree (${fault.message}; then ${again?.message ?? 'no fault'})`);
    }
  }
}

/** @throws StoreError when the shard is not the one that was planned */
async function checkUnchanged(extent: Extent, tools: SourceTools): Promise<void> {
  const now = await tools.stores(extent.shard).stat(extent.shard);
  if (now.etag === extent.etag) return;
  throw new StoreError('other', extent.shard, `${extent.shard} changed while the run was reading it (etag ${extent.etag}, now ${now.etag}); run again on the new content`);
}

function decode<F extends Codecs>(record: TarRecord, fields: F): SourceRecord<FieldValues<F>> {
  const base = {
    key: record.key,
    record: record.index,
    byteOffset: record.byteOffset,
    next: { record: record.index + 1, byte: record.endOffset },
  };
  if (record.fault !== undefined) return { ...base, fault: record.fault };
  const values: Record<string, unknown> = {};
  try {
    for (const [field, codec] of Object.entries(fields)) {
      const file = chooseFile(record.members, codec.extensions);
      if (file !== undefined) values[field] = codec.decode({ data: file.data, extension: file.extension });
      else if (!codec.optional) {
        const has = record.members.map((member) => `.${member.extension}`).join(' ');
        throw new SampleFault('field-missing', `no ${codec.extensions.map((extension) => `.${extension}`).join(' or ')} for \`${field}\`; the record has ${has}`);
      }
    }
  } catch (error) {
    if (error instanceof SampleFault) return { ...base, fault: error };
    throw error;
  }
  return { ...base, fields: values as FieldValues<F> };
}

/** The first `limit` records of a plan: whole extents, then one that is cut. Reads headers only. */
async function cut(extents: readonly Extent[], limit: number, records: (extent: Extent) => AsyncIterable<TarRecord>): Promise<Extent[]> {
  const kept: Extent[] = [];
  let left = limit;
  for (const extent of extents) {
    if (left <= 0) break;
    let count = 0;
    for await (const record of records(extent)) {
      count = record.index + 1;
      if (count >= left) break;
    }
    kept.push(count >= left ? { ...extent, records: [START.record, left] } : extent);
    left -= count;
  }
  return kept;
}
