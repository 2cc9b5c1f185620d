import { BudgetError, FingerprintError, LawError, messageOf, StageError, StoppedError, UsageError } from '../errors.js';
import type { BadSamplePolicy, LaneResult } from '../laneRunner.js';
import type { MeterSnapshot } from '../meter.js';
import type { GenerationPlan } from '../sink.js';
import type { Extent } from '../source.js';
import type { StoreMeterSnapshot } from '../../storage/remote/storeMeter.js';

/** What a lane process needs before its first lane. */
export interface WorkerInit {
  readonly recipe: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly seed: number;
  readonly maxInFlightBytes: number;
  readonly onBadSample: BadSamplePolicy;
  readonly plan: GenerationPlan;
  /** The run is the only writer of its output. */
  readonly singleRunner?: boolean;
  /** Lane processes of the run: each takes its share of the requests a second. */
  readonly processes?: number;
}

export type ToWorker = { readonly type: 'init'; readonly init: WorkerInit } | { readonly type: 'lane'; readonly extent: Extent } | { readonly type: 'stop' } | { readonly type: 'explain' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'meter'; readonly meter: MeterSnapshot; readonly rssBytes: number; readonly storage: StoreMeterSnapshot }
  | { readonly type: 'done'; readonly result: LaneResult }
  | { readonly type: 'failed'; readonly error: PlainError };

/** An error that crosses a process border: its kind, message, code and causes. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly stage?: string;
  readonly cause?: PlainError;
}

export function plainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: messageOf(error) };
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error instanceof StageError ? { stage: error.stage } : {}),
    ...(error.cause === undefined ? {} : { cause: plainError(error.cause) }),
  };
}

const kinds: Readonly<Record<string, new (message: string, options?: ErrorOptions) => Error>> = { UsageError, FingerprintError, BudgetError, StoppedError, LawError };

export function errorOf(plain: PlainError): Error {
  const Kind = kinds[plain.name] ?? Error;
  const error = new Kind(plain.message, plain.cause === undefined ? undefined : { cause: errorOf(plain.cause) });
  if (plain.stack !== undefined) error.stack = plain.stack;
  if (!(plain.name in kinds)) Object.defineProperty(error, 'name', { value: plain.name });
  return plain.code === undefined ? error : Object.assign(error, { code: plain.code });
}
