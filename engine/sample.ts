import type { Cursor } from './cursor.js';

/** One turn of an expansion: this child's index and how many children there are. */
export interface ChildPlace {
  readonly index: number;
  readonly of: number;
}

/**
 * Who a sample is: randomness, ledger and quarantine use it. `key` is only a label for people and files, because WebDataset keys restart
 * in every shard.
 */
export interface Origin {
  /** Path of the source in the pipeline, e.g. `readTar` or `mix/0/readTar`. */
  readonly dataset: string;
  /** URL of the shard as the plan spells it. */
  readonly shard: string;
  /** Index of the record in its shard, from 0. */
  readonly record: number;
  /** Epoch, from 0. */
  readonly pass: number;
  /** Where the record starts in its shard, where that is known. For people: it is no part of who the sample is. */
  readonly byte?: number;
  /** One entry for each expansion that this sample came out of; empty for a record as it was read. */
  readonly path: readonly ChildPlace[];
}

/** One training example. Never changed in place: an operator returns `{ ...sample, field }`. */
export interface Sample {
  readonly key: string;
  readonly origin: Origin;
  /** Where to resume after this element. */
  readonly cursor: Cursor;
  /** Set on an element made of several samples (a batch, a packed sequence, a mosaic): everyone whom it accounts for, `origin` included. */
  readonly members?: readonly Origin[];
}

/** `S` with the fields of `F` added or replaced. */
export type With<S, F> = { readonly [K in keyof S as K extends keyof F ? never : K]: S[K] } & { readonly [K in keyof F]: F[K] };

/**
 * `{ ...sample, ...fields }`, at a price that every sample pays once a stage: in Node 20 an object that is spread and then grows costs about
 * 2 us, and every later look at it is slow as well; `Object.assign` to an empty object does not. @see bench/engineOverhead.ts
 */
export function withFields<S extends object, F extends object>(sample: S, fields: F): With<S, F> {
  return Object.assign({}, sample, fields) as unknown as With<S, F>;
}

/** `filtered`: a rule of the recipe said no. `quarantined`: the sample is at fault. */
export type DropKind = 'filtered' | 'quarantined';

/** Why samples were dropped. Adjacent filtered records of one shard, stage and reason stand in one Drop. */
export interface Drop {
  readonly stage: string;
  /** The filter's reason in words, or a fault's code. */
  readonly reason: string;
  readonly kind: DropKind;
  /** The first (usually the only) sample that this entry covers. */
  readonly origin: Origin;
  readonly key: string;
  /** How many consecutive records are covered, from `origin.record` on. More than 1 only for unexpanded, filtered records. */
  readonly count: number;
  readonly message?: string;
  /** Byte offset in the shard, where known. */
  readonly byteOffset?: number;
}

/** What flows on for dropped samples, so that nothing is ever counted by subtraction and cursors move through filtered stretches. */
export interface Tombstone {
  readonly origin: Origin;
  readonly cursor: Cursor;
  readonly dropped: readonly Drop[];
}

/** What flows between the stages of a run. */
export type Element<S extends Sample = Sample> = S | Tombstone;

export function isTombstone(element: Element): element is Tombstone {
  return 'dropped' in element;
}

/** The tombstone of one sample. */
export function tombstone(
  sample: Pick<Sample, 'key' | 'origin' | 'cursor' | 'members'>,
  drop: Pick<Drop, 'stage' | 'reason' | 'kind'> & Partial<Pick<Drop, 'message' | 'byteOffset'>>,
): Tombstone {
  const origins = sample.members ?? [sample.origin];
  return {
    origin: sample.origin,
    cursor: sample.cursor,
    dropped: origins.map((origin) => ({ ...drop, origin, key: sample.key, count: 1 })),
  };
}

/** A tombstone that its owner, the queue of one stage, may still extend. Once it has left the queue it is like any other. */
export interface OpenTombstone extends Tombstone {
  origin: Origin;
  cursor: Cursor;
  readonly dropped: Drop[];
}

export function openTombstone({ origin, cursor, dropped }: Tombstone): OpenTombstone {
  return { origin, cursor, dropped: [...dropped] };
}

/** Take in a later tombstone; its cursor counts. In place, because a long filtered stretch that is copied at every step takes quadratic time. */
export function extendTombstone(open: OpenTombstone, later: Tombstone): void {
  for (const drop of later.dropped) {
    const last = open.dropped.at(-1);
    if (last !== undefined && continues(last, drop)) open.dropped[open.dropped.length - 1] = { ...last, count: last.count + drop.count };
    else open.dropped.push(drop);
  }
  open.origin = later.origin;
  open.cursor = later.cursor;
}

/** Two tombstones in a row as one; the later cursor counts. */
export function mergeTombstones(earlier: Tombstone, later: Tombstone): Tombstone {
  const merged = openTombstone(earlier);
  extendTombstone(merged, later);
  return merged;
}

function continues(last: Drop, next: Drop): boolean {
  return (
    last.kind === 'filtered' && next.kind === 'filtered' && last.stage === next.stage && last.reason === next.reason &&
    last.origin.path.length === 0 && next.origin.path.length === 0 &&
    last.origin.shard === next.origin.shard && last.origin.dataset === next.origin.dataset && last.origin.pass === next.origin.pass &&
    last.origin.record + last.count === next.origin.record
  );
}

/** Canonical text of an origin: equal texts, equal samples. */
export function originText(origin: Origin): string {
  const path = origin.path.map((place) => `/${place.index}:${place.of}`).join('');
  return `${origin.dataset}\u0000${origin.shard}\u0000${origin.record}\u0000${origin.pass}${path}`;
}

/** A sample for people: `shards/00001.tar#17 (key 000017)`. */
export function sampleLabel({ origin, key }: Sample): string {
  return `${originLabel(origin)} (key ${key})`;
}

/** An origin for people: `shards/00001.tar#17` and the child's place, if any. */
export function originLabel(origin: Pick<Origin, 'shard' | 'record' | 'path'>): string {
  return `${origin.shard}#${origin.record}${origin.path.map((place) => `_${place.index}`).join('')}`;
}

const FIELD_OVERHEAD_BYTES = 64;

/**
 * Deterministic size of an element in bytes: typed arrays by their length, strings by theirs, numbers as 8, plus a flat share per field.
 * Used by gauges and windows; never RSS.
 */
export function elementBytes(element: Element): number {
  if (isTombstone(element)) return 0;
  let bytes = 0;
  for (const name in element) {
    if (name === 'key' || name === 'origin' || name === 'cursor') continue;
    bytes += FIELD_OVERHEAD_BYTES + valueBytes((element as unknown as Record<string, unknown>)[name], 4);
  }
  return bytes;
}

function valueBytes(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (depth === 0) return FIELD_OVERHEAD_BYTES;
  let bytes = 0;
  if (Array.isArray(value)) for (const entry of value) bytes += valueBytes(entry, depth - 1);
  else for (const name in value) bytes += valueBytes((value as Record<string, unknown>)[name], depth - 1);
  return bytes;
}
