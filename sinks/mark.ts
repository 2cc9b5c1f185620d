import { noOutcomes, type OutcomeCounts } from '../engine/account.js';
import { UsageError } from '../engine/errors.js';
import { sha256 } from '../engine/fingerprint.js';
import { canonicalJson } from '../engine/json.js';
import type { Receipt } from '../engine/receipt.js';
import type { Drop } from '../engine/sample.js';
import type { ObjectStore } from '../storage/objectStore.js';
import { readIfThere, type OutputLayout } from './outputLayout.js';

/** A part that a mark vouches for; its name is relative to the output. */
export interface MarkedPart {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Records of the tar. */
  readonly samples: number;
  /** Samples that they account for: more than `samples` where a window made one of several. */
  readonly members: number;
}

/** What a lane's mark says beyond img2dataset's keys: everything to verify the lane by. No times, no host names: equal work, equal bytes. */
export interface LaneRecord {
  readonly version: 1;
  readonly lane: number;
  /** Name of the source in the origins. */
  readonly source: string;
  readonly input: { readonly shard: string; readonly bytes: number; readonly records?: readonly [number, number] };
  /** Digest of the run's fingerprint. */
  readonly fingerprint: string;
  readonly planned: number;
  /** Additive 128-bit sum of the hashes of the planned origins. */
  readonly plannedHash: string;
  readonly counts: OutcomeCounts;
  /** The same sum over all outcomes; equal to `plannedHash` where nothing was expanded. */
  readonly outcomeHash: string;
  /** Base64 bitmap of the records with a whole outcome. */
  readonly records: string;
  readonly parts: readonly MarkedPart[];
  readonly quarantine: readonly Drop[];
  readonly reasons: Readonly<Record<string, number>>;
  readonly tallies: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A lane's mark, `iiiii_stats.json`: img2dataset's keys (a shard is done when this file exists), ours under `millrace`. */
export interface Mark {
  readonly count: number;
  readonly successes: number;
  readonly failed_to_download: number;
  readonly failed_to_resize: number;
  readonly status_dict: Readonly<Record<string, number>>;
  readonly millrace: LaneRecord;
  /** sha256 of everything above, so that no change of a mark goes unseen. */
  readonly digest: string;
}

export function makeMark(record: LaneRecord): Mark {
  const { counts } = record;
  const body = {
    count: record.planned + counts.expanded,
    successes: counts.delivered,
    failed_to_download: 0,
    failed_to_resize: 0,
    status_dict: { success: counts.delivered, ...record.reasons },
    millrace: record,
  };
  return { ...body, digest: sha256(canonicalJson(body)) };
}

export function markBytes(mark: Mark): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(mark, undefined, 1)}\n`);
}

/** @returns the mark, or why these bytes are none */
export function parseMark(bytes: Uint8Array): Mark | string {
  let mark: Mark;
  try {
    mark = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Mark;
  } catch (error) {
    return `it is not JSON (${(error as Error).message})`;
  }
  if (typeof mark !== 'object' || mark === null || mark.millrace?.version !== 1) return 'it has no `millrace` record of version 1';
  const { digest, ...body } = mark;
  if (digest !== sha256(canonicalJson(body))) return 'its content does not agree with its own digest';
  if (!isWhole(mark.millrace)) return 'its `millrace` record is incomplete';
  // All of it follows from the record, to the byte: a digest made anew does not hide an edit around it.
  if (Buffer.compare(markBytes(makeMark(mark.millrace)), bytes) !== 0) return 'it was rewritten after the run';
  return mark;
}

function isWhole(record: LaneRecord): boolean {
  const { counts, input, parts, quarantine, reasons, tallies } = record;
  const objects: unknown[] = [counts, input, reasons, tallies, ...[parts, quarantine].flatMap((list) => (Array.isArray(list) ? list : [undefined]))];
  if (!objects.every((entry) => typeof entry === 'object' && entry !== null)) return false;
  const numbers: unknown[] = [record.lane, record.planned, input.bytes, ...Object.keys(noOutcomes()).map((name) => counts[name as keyof OutcomeCounts]), ...Object.values(reasons)];
  const texts: unknown[] = [record.source, record.fingerprint, record.plannedHash, record.outcomeHash, record.records, input.shard];
  for (const part of parts) {
    numbers.push(part.bytes, part.samples, part.members);
    texts.push(part.name, part.sha256);
  }
  for (const drop of quarantine) numbers.push(drop.count);
  return numbers.every((entry) => Number.isSafeInteger(entry) && (entry as number) >= 0) && texts.every((entry) => typeof entry === 'string');
}

/** The mark of a lane, if it has one. @throws UsageError when it is there but damaged */
export async function readMark(store: ObjectStore, layout: OutputLayout, lane: number): Promise<Mark | undefined> {
  const bytes = await readIfThere(store, layout.mark(lane));
  if (bytes === undefined) return undefined;
  const mark = parseMark(bytes);
  if (typeof mark === 'string') throw new UsageError(`${layout.mark(lane)} is damaged: ${mark}. Remove it and run again to make the lane anew`);
  return mark;
}

/** What a mark says, as the receipt of its lane. */
export function receiptOf(mark: Mark, layout: OutputLayout): Receipt {
  const record = mark.millrace;
  return {
    key: `lane ${record.lane}`,
    origin: { dataset: '', shard: record.input.shard, record: 0, pass: 0, path: [] },
    cursor: { kind: 'source', position: [1, 0, 0] },
    lane: record.lane,
    planned: record.planned,
    counts: record.counts,
    quarantine: record.quarantine,
    reasons: record.reasons,
    tallies: record.tallies,
    outputs: record.parts.map((part) => ({ url: layout.at(part.name), bytes: part.bytes, sha256: part.sha256, samples: part.samples })),
  };
}
