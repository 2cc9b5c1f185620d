import { UsageError } from '../engine/errors.js';
import type { Extent, SourceTools } from '../engine/source.js';
import { INDEX_ENDING, INDEX_HEADER_BYTES, indexRange, parseIndexEntries, parseIndexHeader, type IndexEntry, type IndexHeader } from '../formats/tar/shardIndex.js';
import { mapBounded } from '../storage/mapBounded.js';
import { StoreError, type ObjectStore } from '../storage/objectStore.js';

export interface CutOptions {
  /** Lanes that share the extents out. */
  readonly lanes: number;
  /** Records of an extent; fewer where the lanes would not all get one, more where there would be over `MAX_EXTENTS`. */
  readonly extentRecords: number;
}

/** A plan lists its extents: about 200 MB at most. */
const MAX_EXTENTS = 2 ** 20;

/** Shards as extents: those with an index beside them in record ranges, the others whole. @throws UsageError for an index of another shard */
export async function cutByIndex(shards: readonly Extent[], { lanes, extentRecords }: CutOptions, tools: SourceTools): Promise<Extent[]> {
  const indexes = await mapBounded(shards, async ({ shard, bytes }) => {
    const index = await findIndex(tools.stores(shard), shard);
    if (index !== undefined && index.shardBytes !== bytes) throw new UsageError(`${shard} has ${bytes} bytes, its index is of ${index.shardBytes}: the shard is another than the indexed one; run millrace index ${shard}`);
    return index;
  });
  const records = indexes.reduce((sum, index) => sum + (index?.records ?? 0), 0);
  const size = Math.max(1, Math.ceil(records / MAX_EXTENTS), Math.min(extentRecords, Math.floor(records / lanes)));
  const extents: Extent[] = [];
  for (const [nth, whole] of shards.entries()) {
    const count = indexes[nth]?.records;
    if (count === undefined) {
      extents.push({ ...whole, index: extents.length });
      continue;
    }
    // Written out: spreading a million objects takes ten seconds.
    const { shard, bytes, etag } = whole;
    const sidecar = shard + INDEX_ENDING;
    for (let from = 0; from < count; from += size) extents.push({ index: extents.length, shard, bytes, etag, sidecar, records: [from, Math.min(count, from + size)] });
  }
  return extents;
}

/** The header of the index beside a shard; undefined where there is none. @throws UsageError where it cannot be read as one */
export async function findIndex(store: ObjectStore, shard: string): Promise<IndexHeader | undefined> {
  const url = shard + INDEX_ENDING;
  try {
    return parseIndexHeader(await readBytes(store, url, 0, INDEX_HEADER_BYTES));
  } catch (error) {
    if (error instanceof StoreError && error.code === 'not-found') return undefined;
    if (error instanceof RangeError) throw new UsageError(`${url} is not an index: ${error.message}; remove it, or run millrace index --force ${shard}`, { cause: error });
    throw error;
  }
}

/** Entries `[from, to)` of an index. @throws StoreError where it ends before */
export async function readIndexEntries(store: ObjectStore, sidecar: string, from: number, to: number): Promise<IndexEntry[]> {
  const { start, end } = indexRange(from, to);
  const entries = parseIndexEntries(await readBytes(store, sidecar, start, end));
  if (entries.length < to - from) throw new StoreError('other', sidecar, `${sidecar} ends before record ${to}; run millrace index again`);
  return entries;
}

async function readBytes(store: ObjectStore, url: string, start: number, end: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(url, { start, end })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
