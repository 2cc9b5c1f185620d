import type { SampleFault } from '../kernels/sampleFault.js';
import { UsageError } from './errors.js';
import type { Json } from './json.js';
import type { Origin, Sample } from './sample.js';
import { positionFromJson, positionToJson, START, type Itinerary, type LanePosition, type Source, type SourceRecord, type SourceTools } from './source.js';

/** What a lane reads: the turns of one source, or one schedule for each input of a composite source such as `mix`. */
export type Schedule = Itinerary | { readonly lane: number; readonly inputs: readonly Schedule[] };

/** A lane that has read nothing through so many epochs of an endless source is told so; strides that are empty by chance do not get there. */
const MAX_EMPTY_EPOCHS = 1000;

/** A record on its way into a lane: who it is, and where the lane resumes after it. */
export interface LaneRecord {
  readonly key: string;
  readonly origin: Origin;
  readonly position: Json;
  readonly fields?: object;
  readonly fault?: SampleFault;
  readonly byteOffset: number;
  /** Where it ends: its bytes in the shard are `[byteOffset, endByte)`. */
  readonly endByte: number;
}

export interface ReadLaneOptions {
  readonly schedule: Schedule;
  /** Resume after this position; null: the start. */
  readonly from: Json;
  readonly tools: SourceTools;
  /** Path of the source in the pipeline: `readTar`, `mix/0/readTar`. @default the source's name */
  readonly path?: string;
}

/** The records of one lane, in its order: a function of the schedule alone. */
export function readLane(source: Source<Sample>, options: ReadLaneOptions): AsyncGenerator<LaneRecord, void, undefined> {
  const { schedule, path = source.name } = options;
  if (source.read !== undefined) return source.read({ ...options, path });
  if (typeof schedule !== 'function') throw new TypeError(`${path}: one schedule was expected, got ${schedule.inputs.length}`);
  return readExtents(source, path, schedule, options.from, options.tools);
}

/**
 * Read an itinerary, `source.interleave` extents at a time in turn, one record each: slot s takes turns s, s + k, s + 2k, ... A slot whose
 * turns are over is stepped over. The position is that of every slot and whose turn it is.
 */
async function* readExtents(source: Source<Sample>, path: string, itinerary: Itinerary, from: Json, tools: SourceTools): AsyncGenerator<LaneRecord, void, undefined> {
  const slots = source.interleave ?? 1;
  const { next, positions } = openPosition(from, slots);
  const open: (AsyncIterator<SourceRecord<object>> | undefined)[] = [];
  const over = new Set<number>();
  let lastEpochWithRecords = positions.reduce((latest, { turn }) => Math.max(latest, itinerary(turn)?.epoch ?? 0), 0);
  try {
    for (let slot = next; over.size < slots; slot = (slot + 1) % slots) {
      if (over.has(slot)) continue;
      const record = await nextOf(slot);
      if (record === undefined) over.add(slot);
      else yield record;
    }
  } finally {
    for (const records of open) await records?.return?.(undefined);
  }

  async function nextOf(slot: number): Promise<LaneRecord | undefined> {
    for (;;) {
      const at = positions[slot] as LanePosition;
      const visit = itinerary(at.turn);
      if (visit === undefined) return undefined;
      const { extent, epoch } = visit;
      if (epoch - lastEpochWithRecords > MAX_EMPTY_EPOCHS) throw new UsageError(`${path}: no record in ${MAX_EMPTY_EPOCHS} epochs; the input is empty, and repeating it would never end`);
      const records = (open[slot] ??= source.open(extent, { record: at.record, byte: at.byte }, tools)[Symbol.asyncIterator]());
      const result = await records.next();
      if (result.done === true) {
        open[slot] = undefined;
        positions[slot] = { turn: at.turn + slots, ...START };
        continue;
      }
      const record = result.value;
      positions[slot] = { turn: at.turn, record: record.next.record, byte: record.next.byte };
      if (extent.stride !== undefined && record.record % extent.stride[1] !== extent.stride[0]) continue;
      lastEpochWithRecords = epoch;
      return {
        key: record.key,
        origin: { dataset: path, shard: extent.shard, record: record.record, pass: epoch, byte: record.byteOffset, path: [] },
        position: slots === 1 ? positionToJson(positions[0] as LanePosition) : [(slot + 1) % slots, ...positions.map(positionToJson)],
        byteOffset: record.byteOffset,
        endByte: record.next.byte,
        ...(record.fields === undefined ? {} : { fields: record.fields }),
        ...(record.fault === undefined ? {} : { fault: record.fault }),
      };
    }
  }
}

function openPosition(from: Json, slots: number): { next: number; positions: LanePosition[] } {
  if (from === null) return { next: 0, positions: Array.from({ length: slots }, (_, slot) => ({ turn: slot, ...START })) };
  if (slots === 1) return { next: 0, positions: [positionFromJson(from)] };
  const next = Array.isArray(from) && from.length === slots + 1 ? (from[0] as Json) : undefined;
  if (!Number.isSafeInteger(next) || (next as number) < 0 || (next as number) >= slots) throw new UsageError(`a damaged checkpoint: not a position of ${slots} interleaved extents: ${JSON.stringify(from)}`);
  const [, ...positions] = from as readonly Json[];
  return { next: next as number, positions: positions.map(positionFromJson) };
}
