import type { SampleFault } from '../kernels/sampleFault.js';
import type { ObjectStore } from '../storage/objectStore.js';
import { UsageError } from './errors.js';
import type { Json } from './json.js';
import type { LaneRecord, ReadLaneOptions } from './read.js';
import type { Sample } from './sample.js';

/** Which store serves a URL. */
export type StoresOf = (url: string) => ObjectStore;

/** What is dealt to lanes: a shard, or a record range of it. */
export interface Extent {
  /** Place in the plan, from 0. */
  readonly index: number;
  /** URL of the shard. */
  readonly shard: string;
  readonly bytes: number;
  readonly etag: string;
  /** Only these records, `[from, to)`; undefined: all. */
  readonly records?: readonly [number, number];
  /** URL of the index beside the shard, through which its records are found. */
  readonly sidecar?: string;
  /** Only every m-th record, from the j-th on: `[j, m]`. How a shard without an index is shared by several lanes. */
  readonly stride?: readonly [number, number];
  /** Which input of a composite source it belongs to: its place, then the place inside that, and so on. */
  readonly input?: readonly number[];
}

/** Where to begin in an extent: the next record and the byte where it starts. */
export interface ExtentPosition {
  readonly record: number;
  readonly byte: number;
}

/** What a source yields: one record with its fields, or with the fault that makes it unusable. */
export interface SourceRecord<F extends object> {
  readonly key: string;
  /** Index in the shard, from 0. */
  readonly record: number;
  /** Where the record starts in the shard. */
  readonly byteOffset: number;
  readonly fields?: F;
  readonly fault?: SampleFault;
  /** Where to resume after it. */
  readonly next: ExtentPosition;
}

export interface SourceTools {
  readonly stores: StoresOf;
  readonly signal: AbortSignal;
}

export interface PlanTools extends SourceTools {
  /** Plan no more than this many records; the last extent is cut. undefined: all. */
  readonly limit?: number;
  /**
   * Lanes of a streaming run, which shares out the extents: they may be record ranges where an index allows it, at least as many as there are
   * lanes. undefined: a generation run, in which an extent is a shard.
   */
  readonly lanes?: number;
}

/** Reads a dataset. The engine pulls it, one record at a time, and gives each record its origin and cursor. */
export interface Source<S extends Sample> {
  readonly name: string;
  readonly options: object;
  readonly version: number;
  /** The extents of one epoch, in order; nothing is read but listings and, for a limit, headers. @throws UsageError, StoreError */
  plan(tools: PlanTools): Promise<readonly Extent[]>;
  /** The records of an extent from a position on. Environment faults are thrown; faults of the data are yielded. */
  open(extent: Extent, from: ExtentPosition, tools: SourceTools): AsyncIterable<SourceRecord<Omit<S, keyof Sample>>>;
  /** Passes over the extents in a streaming run. @default 1 */
  readonly epochs?: number;
  /** Extents that a lane reads at a time, one record of each in turn. @default 1 */
  readonly interleave?: number;
  /** Set by a composite source: what it is made of, to deal the extents of each input by itself. */
  readonly inputs?: readonly Source<Sample>[];
  /** Set by a composite source that ends with the first of its inputs that does: what the others have left then was never to be read. */
  readonly endsWithFirst?: boolean;
  /** Set by a composite source, which reads its inputs in an order of its own. */
  read?(options: ReadLaneOptions): AsyncGenerator<LaneRecord, void, undefined>;
}

export const START: ExtentPosition = { record: 0, byte: 0 };

/** One turn of a lane: an extent in an epoch. */
export interface Visit {
  readonly extent: Extent;
  readonly epoch: number;
}

/** Which extents a lane reads, in order: turn n, or undefined after the last. A function of n alone, so that a cursor is small. */
export type Itinerary = (turn: number) => Visit | undefined;

/** A lane's position in its source: the turn of its itinerary, the next record and its byte. */
export interface LanePosition {
  readonly turn: number;
  readonly record: number;
  readonly byte: number;
}

export const LANE_START: LanePosition = { turn: 0, ...START };

export function positionToJson(position: LanePosition): Json {
  return [position.turn, position.record, position.byte];
}

export function positionFromJson(json: Json): LanePosition {
  if (!Array.isArray(json) || json.length !== 3 || !json.every((part) => Number.isSafeInteger(part) && part >= 0)) {
    throw new UsageError(`a damaged checkpoint: not a position of a source: ${JSON.stringify(json)}`);
  }
  const [turn, record, byte] = json as [number, number, number];
  return { turn, record, byte };
}
