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
  if (typeof saved !== 'object' || saved === null || saved.version !== VERSION || !Array.isArray(saved.cursors) || saved.fingerprint === undefined) {
    throw new UsageError(`not a checkpoint of version ${VERSION}: it has ${JSON.stringify(Object.keys(saved ?? {})).slice(0, 200)}`);
  }
  if (saved.fingerprint.digest !== now.digest) {
    throw new FingerprintError(`the checkpoint was made by another recipe:\n  ${fingerprintDifference(saved.fingerprint, now).join('\n  ')}`);
  }
  return {
    step: saved.step as number,
    seed: saved.seed as number,
    cursors: saved.cursors.map(parseCursor),
    lineage: [...(saved.lineage ?? []), saved.step as number],
  };
}
