import { parseCursor, serializeCursor, type Cursor, type SerializedCursor } from './cursor.js';
import { FingerprintError, UsageError } from './errors.js';
import { fingerprintDifference, type Fingerprint } from './fingerprint.js';

const VERSION = 1;

/** The cursors of all lanes at one step. Small, plain JSON. */
export interface Checkpoint {
  readonly version: typeof VERSION;
  readonly step: number;
  readonly seed: number;
  readonly lanes: number;
  readonly fingerprint: Fingerprint;
  /** Steps at which the run was resumed before this checkpoint, oldest first. */
  readonly lineage: readonly number[];
  readonly cursors: readonly SerializedCursor[];
}

export function makeCheckpoint(input: {
  readonly step: number;
  readonly seed: number;
  readonly fingerprint: Fingerprint;
  readonly cursors: readonly Cursor[];
  readonly lineage?: readonly number[];
}): Checkpoint {
  const { step, seed, fingerprint, cursors, lineage = [] } = input;
  return { version: VERSION, step, seed, lanes: cursors.length, fingerprint, lineage, cursors: cursors.map(serializeCursor) };
}

/**
 * Open a checkpoint for a run with this fingerprint.
 * @throws UsageError if it is no checkpoint of this version; FingerprintError with the difference if it belongs to another recipe
 */
export function openCheckpoint(json: unknown, now: Fingerprint): { readonly step: number; readonly seed: number; readonly cursors: readonly Cursor[]; readonly lineage: readonly number[] } {
  const saved = json as Partial<Checkpoint> | null;
  if (typeof saved !== 'object' || saved === null || saved.version !== VERSION) {
    throw new UsageError(`not a checkpoint of version ${VERSION}: ${clip(json)}`);
  }
  const { step, seed, lanes, cursors, fingerprint, lineage = [] } = saved;
  const whole =
    [step, seed, lanes].every(Number.isSafeInteger) && Array.isArray(cursors) && cursors.length === lanes && Array.isArray(lineage) &&
    typeof fingerprint === 'object' && typeof fingerprint?.digest === 'string' && typeof fingerprint.lines === 'object' && fingerprint.lines !== null;
  if (!whole) throw new UsageError(`a damaged checkpoint: step, seed, lanes, fingerprint and one cursor a lane are needed, got ${clip(json)}`);
  if (fingerprint.digest !== now.digest) {
    throw new FingerprintError(`the checkpoint was made by another recipe:\n  ${fingerprintDifference(fingerprint, now).join('\n  ')}`);
  }
  return { step: step as number, seed: seed as number, cursors: cursors.map((cursor, lane) => openLaneCursor(cursor, lane)), lineage: [...lineage, step as number] };
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
