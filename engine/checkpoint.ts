import { parseCursor, serializeCursor, type Cursor, type SerializedCursor } from './cursor.js';
import { FingerprintError, UsageError } from './errors.js';
import { fingerprintDifference, sha256, type Fingerprint } from './fingerprint.js';

const VERSION = 1;
const MAX_LINE = 120;
/** Resumes that a checkpoint remembers, the newest: a run that is preempted every hour for a year must not grow it. */
const MAX_LINEAGE = 16;

/** The cursors of lanes at one step: of all of them, or the part of one rank. Small, plain JSON. */
export interface Checkpoint {
  readonly version: typeof VERSION;
  readonly step: number;
  readonly seed: number;
  /** Lanes of the run. */
  readonly lanes: number;
  /** The lane of the first cursor; 0 in a whole checkpoint. */
  readonly firstLane: number;
  /** Its lines are shortened, to keep the checkpoint small; the digest is over all. */
  readonly fingerprint: Fingerprint;
  /** Steps at which the run was resumed before this checkpoint, oldest first; the last 16. */
  readonly lineage: readonly number[];
  readonly cursors: readonly SerializedCursor[];
  /** Nothing is left in these lanes: the part stands for every later step too. */
  readonly ended?: boolean;
}

export interface MakeCheckpoint {
  readonly step: number;
  readonly seed: number;
  readonly fingerprint: Fingerprint;
  readonly cursors: readonly Cursor[];
  readonly lineage?: readonly number[];
  /** @default as many as there are cursors */
  readonly lanes?: number;
  /** @default 0 */
  readonly firstLane?: number;
  /** @default false */
  readonly ended?: boolean;
}

export function makeCheckpoint({ step, seed, fingerprint, cursors, lineage = [], lanes = cursors.length, firstLane = 0, ended = false }: MakeCheckpoint): Checkpoint {
  const lines = Object.fromEntries(Object.entries(fingerprint.lines).map(([name, line]) => [name, shortLine(line)]));
  return { version: VERSION, step, seed, lanes, firstLane, fingerprint: { digest: fingerprint.digest, lines }, lineage: lineage.slice(-MAX_LINEAGE), cursors: cursors.map(serializeCursor), ...(ended ? { ended } : {}) };
}

/** A line that can still be told from another: its beginning, and a digest of the whole. */
function shortLine(line: string): string {
  return line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE)}... sha256 ${sha256(line).slice(0, 12)}`;
}

/**
 * Put the parts of all ranks together. A rank whose lanes ended earlier is represented by its part of that step.
 * @throws UsageError when they are not of one step and recipe, or lanes are missing or stand twice
 */
export function mergeCheckpoints(parts: readonly Checkpoint[]): Checkpoint {
  const sorted = parts.toSorted((a, b) => a.firstLane - b.firstLane);
  const latest = sorted.reduce<Checkpoint | undefined>((best, part) => (best === undefined || part.step > best.step ? part : best), undefined);
  if (latest === undefined) throw new UsageError('no checkpoint here');
  const { step, lanes } = latest;
  let next = 0;
  for (const part of sorted) {
    if (part.fingerprint.digest !== latest.fingerprint.digest) {
      throw new UsageError(`the parts of this checkpoint are not of one run:\n  ${fingerprintDifference(part.fingerprint, latest.fingerprint).join('\n  ')}`);
    }
    if (part.step !== step && part.ended !== true) throw new UsageError(`the parts of this checkpoint are not of one step: ${part.step} and ${step}`);
    if (part.firstLane > next) throw new UsageError(`the checkpoint of step ${step} lacks ${laneRange(next, part.firstLane)}`);
    if (part.firstLane < next) throw new UsageError(`the checkpoint of step ${step} has ${laneRange(part.firstLane, next)} twice`);
    next += part.cursors.length;
  }
  if (next < lanes) throw new UsageError(`the checkpoint of step ${step} lacks ${laneRange(next, lanes)}`);
  const { ended: _, ...rest } = latest;
  return { ...rest, firstLane: 0, cursors: sorted.flatMap((part) => [...part.cursors]), ...(sorted.every(({ ended }) => ended === true) ? { ended: true } : {}) };
}

function laneRange(from: number, to: number): string {
  return to - from === 1 ? `lane ${from}` : `lanes ${from} to ${to - 1}`;
}

export interface OpenedCheckpoint {
  readonly step: number;
  readonly seed: number;
  readonly firstLane: number;
  readonly cursors: readonly Cursor[];
  readonly lineage: readonly number[];
}

/**
 * Open a checkpoint for a run with this fingerprint.
 * @throws UsageError if it is no checkpoint of this version; FingerprintError with the difference if it belongs to another recipe
 */
export function openCheckpoint(json: unknown, now: Fingerprint): OpenedCheckpoint {
  const { step, seed, firstLane, cursors, fingerprint, lineage } = checkCheckpoint(json);
  if (fingerprint.digest !== now.digest) {
    const lines = Object.fromEntries(Object.entries(now.lines).map(([name, line]) => [name, shortLine(line)]));
    throw new FingerprintError(`the checkpoint was made by another recipe:\n  ${fingerprintDifference(fingerprint, { digest: now.digest, lines }).join('\n  ')}`);
  }
  return { step, seed, firstLane, cursors: cursors.map(openLaneCursor), lineage: [...lineage, step] };
}

/** @throws UsageError if it is no checkpoint of this version, or damaged */
export function checkCheckpoint(json: unknown): Checkpoint {
  const saved = json as Partial<Checkpoint> | null;
  if (typeof saved !== 'object' || saved === null || saved.version !== VERSION) {
    throw new UsageError(`not a checkpoint of version ${VERSION}: ${clip(json)}`);
  }
  const { step, seed, lanes, firstLane, cursors, fingerprint, lineage } = saved;
  const whole =
    [step, seed, lanes, firstLane].every((number) => Number.isSafeInteger(number) && (number as number) >= 0) && Array.isArray(cursors) && cursors.length > 0 &&
    (firstLane as number) + cursors.length <= (lanes as number) && Array.isArray(lineage) &&
    typeof fingerprint === 'object' && typeof fingerprint?.digest === 'string' && typeof fingerprint.lines === 'object' && fingerprint.lines !== null;
  if (!whole) throw new UsageError(`a damaged checkpoint: step, seed, lanes, fingerprint and one cursor a lane are needed, got ${clip(json)}`);
  return saved as Checkpoint;
}

function openLaneCursor(cursor: SerializedCursor, lane: number): Cursor {
  const windows: readonly unknown[] = Array.isArray(cursor) ? cursor.slice(1) : [undefined];
  const readable = windows.every((entry) => Array.isArray(entry) && typeof entry[0] === 'string' && Number.isSafeInteger(entry[1]) && Number.isSafeInteger(entry[2]));
  if (!readable || cursor.length === 0) throw new UsageError(`a damaged checkpoint: the cursor of lane ${lane} is ${clip(cursor)}`);
  return parseCursor(cursor);
}

function clip(json: unknown): string {
  const text = JSON.stringify(json) ?? String(json);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
