import type { Json } from './json.js';

/** Resume at a position of the source: right after the record that this cursor stands on. */
export interface SourceCursor {
  readonly kind: 'source';
  /** Opaque to all but the source. */
  readonly position: Json;
}

/**
 * Resume inside a window: make the window again from `start` (the upstream cursor when the window was empty), then skip its first `skip`
 * outputs. No buffer is saved. `hash` covers the skipped outputs: a replay that disagrees stops the run.
 */
export interface WindowCursor {
  readonly kind: 'window';
  readonly start: Cursor;
  readonly stage: string;
  readonly skip: number;
  readonly hash: number;
}

/** Linked entries, serialised only at receipts. */
export type Cursor = SourceCursor | WindowCursor;

/** Where a window stage resumes: how many outputs to skip and what they must hash to. */
export interface WindowResume {
  readonly skip: number;
  readonly hash: number;
}

/** A cursor opened for a resume: the source's position, and for each stage that was inside a window where it resumes. */
export interface ResumePoint {
  readonly position: Json;
  readonly windows: ReadonlyMap<string, WindowResume>;
}

export function openCursor(cursor: Cursor): ResumePoint {
  const windows = new Map<string, WindowResume>();
  let entry = cursor;
  while (entry.kind === 'window') {
    windows.set(entry.stage, { skip: entry.skip, hash: entry.hash });
    entry = entry.start;
  }
  return { position: entry.position, windows };
}

/** The small JSON that a checkpoint keeps of a cursor: `[position, [stage, skip, hash], ...]`, outermost window last. */
export type SerializedCursor = readonly [Json, ...(readonly [string, number, number])[]];

export function serializeCursor(cursor: Cursor): SerializedCursor {
  const windows: (readonly [string, number, number])[] = [];
  let entry = cursor;
  while (entry.kind === 'window') {
    windows.unshift([entry.stage, entry.skip, entry.hash]);
    entry = entry.start;
  }
  return [entry.position, ...windows];
}

export function parseCursor(serialized: SerializedCursor): Cursor {
  const [position, ...windows] = serialized;
  let cursor: Cursor = { kind: 'source', position };
  for (const [stage, skip, hash] of windows) cursor = { kind: 'window', start: cursor, stage, skip, hash };
  return cursor;
}
