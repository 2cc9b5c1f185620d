import { UsageError } from './errors.js';
import type { OriginAddress } from './originAddress.js';
import { readLane, type LaneRecord } from './read.js';
import type { Sample } from './sample.js';
import type { Extent, Source, SourceTools } from './source.js';

/** A record as a run reads it, and the extent that it is in. */
export interface FoundRecord {
  readonly extent: Extent;
  readonly record: LaneRecord;
}

/** Shards that an error names. */
const MAX_NAMED = 5;

/**
 * Read one record of a source, wherever in its inputs it is.
 *
 * @param extents the source's plan
 * @throws UsageError where there is no such record, with what there is
 */
export async function findRecord(source: Source<Sample>, extents: readonly Extent[], address: OriginAddress, tools: SourceTools): Promise<FoundRecord> {
  const { leaf, shard, own } = find(leavesOf(source, extents), address);
  const epochs = leaf.source.epochs ?? 1;
  if (address.epoch >= epochs) throw new UsageError(`there is no epoch ${address.epoch}: ${leaf.path} is read ${epochs === 1 ? 'once, epoch 0' : `${epochs} times, epochs 0 to ${epochs - 1}`}`);
  let records = 0;
  for (const extent of own) {
    // From the extent's start: of a shard without an index, key faults are known only to who has read up to the record.
    const lane = readLane(leaf.source, { schedule: (turn) => (turn === 0 ? { extent, epoch: address.epoch } : undefined), from: null, tools, path: leaf.path });
    for await (const record of lane) {
      if (record.origin.record === address.record) return { extent, record };
      records = Math.max(records, record.origin.record + 1);
    }
  }
  throw new UsageError(`${shard} has no record ${address.record}: ${records === 0 ? 'it is empty' : `it has records 0 to ${records - 1}`}`);
}

/** A source that reads shards: the whole source, or an input of it. */
interface Leaf {
  /** As origins have it. */
  readonly path: string;
  readonly source: Source<Sample>;
  readonly extents: readonly Extent[];
}

function leavesOf(source: Source<Sample>, extents: readonly Extent[], path = source.name): Leaf[] {
  if (source.inputs === undefined) return [{ path, source, extents }];
  return source.inputs.flatMap((input, place) => {
    const own = extents.filter((extent) => extent.input?.[0] === place).map((extent) => ({ ...extent, input: extent.input?.slice(1) ?? [] }));
    return leavesOf(input, own, `${path}/${place}/${input.name}`);
  });
}

function find(leaves: readonly Leaf[], { text, place }: OriginAddress): { readonly leaf: Leaf; readonly shard: string; readonly own: readonly Extent[] } {
  const shards = leaves.flatMap((leaf) =>
    [...new Set(leaf.extents.map(({ shard }) => shard))].map((shard) => ({ leaf, shard, name: `${leaf.path}:${shard}` })));
  const found = shards.filter(({ shard, name }) => place === name || place === shard);
  if (found.length > 1) throw new UsageError(`${place} is in several inputs; say which: ${found.map(({ name }) => `${name}${text.slice(place.length)}`).join(' or ')}`);
  if (found[0] !== undefined) return { ...found[0], own: found[0].leaf.extents.filter(({ shard }) => shard === found[0]?.shard) };
  const names = shards.slice(0, MAX_NAMED).map(({ shard, name }) => (leaves.length === 1 ? shard : name));
  throw new UsageError(`the input has no shard ${place}; it has ${names.join(', ')}${shards.length > MAX_NAMED ? ` and ${shards.length - MAX_NAMED} more` : ''}`);
}
