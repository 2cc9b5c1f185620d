import type { StageDraws } from '../../engine/drawLog.js';
import { originAddress } from '../../engine/originAddress.js';
import { madeOf, type Replay, type StageReplay } from '../../engine/replay.js';
import type { Drop, Sample } from '../../engine/sample.js';
import { fieldChanges, type FieldChange } from './fieldChanges.js';

/** What `replay` says; with `--json` as it is. Origins are written as `--origin` takes them. */
export interface ReplayReport {
  readonly origin: string;
  readonly key: string;
  readonly seed: number;
  /** The record's bytes in its shard are `[byte, endByte)`. */
  readonly byte?: number;
  readonly endByte: number;
  readonly stages: readonly StageReport[];
  /** The sink or batch at the end. */
  readonly notRun?: string;
  /** Stages after batch, not run either: what they do depends on the whole step. */
  readonly perStep?: readonly string[];
}

export interface StageReport {
  readonly stage: string;
  /** `one`, `filter`, `expand`, `window`, `source`; `rxjs` for an ordinary RxJS operator. A window had this sample and its children alone. */
  readonly arity: string;
  /** Samples that came, of this one and its children. */
  readonly in: number;
  readonly out: readonly SampleReport[];
  readonly dropped: readonly (Pick<Drop, 'reason' | 'kind' | 'key' | 'message'> & { readonly origin: string })[];
  readonly draws: readonly (Omit<StageDraws, 'stage' | 'origin'> & { readonly origin: string })[];
}

export interface SampleReport {
  readonly key: string;
  readonly origin: string;
  /** Of a sample made of several: all of them. */
  readonly members?: readonly string[];
  /** Against the sample that it was made of. */
  readonly fields: readonly FieldChange[];
  /** Where its picture was written; where the stage changed nothing of it, that of the stage before. */
  readonly picture?: string;
  /** Why there is no picture. */
  readonly notDrawn?: string;
}

/** What is known of a sample's picture beside the sample. */
export type PictureOf = (sample: Sample) => Pick<SampleReport, 'picture' | 'notDrawn'>;

export interface ReplayReportOptions {
  readonly seed: number;
  /** Those that were asked for. */
  readonly children: readonly number[];
  readonly pictureOf: PictureOf;
}

export function replayReport({ key, origin, endByte, stages, notRun, perStep }: Replay, { seed, children, pictureOf }: ReplayReportOptions): ReplayReport {
  return {
    origin: originAddress({ ...origin, path: children.map((index) => ({ index, of: Number.NaN })) }),
    key,
    seed,
    ...(origin.byte === undefined ? {} : { byte: origin.byte }),
    endByte,
    stages: stages.map((entry) => stageReport(entry, pictureOf)),
    ...(notRun === undefined ? {} : { notRun }),
    ...(perStep.length === 0 ? {} : { perStep }),
  };
}

function stageReport({ stage, arity, in: came, out, dropped, draws }: StageReplay, pictureOf: PictureOf): StageReport {
  return {
    stage,
    arity: arity ?? 'rxjs',
    in: came.length,
    out: out.map((sample) => ({
      key: sample.key,
      origin: originAddress(sample.origin),
      ...(sample.members === undefined ? {} : { members: sample.members.map(originAddress) }),
      fields: fieldChanges(madeOf(sample, came), sample),
      ...pictureOf(sample),
    })),
    dropped: dropped.map(({ reason, kind, key, message, origin }) => ({ origin: originAddress(origin), key, kind, reason, ...(message === undefined ? {} : { message }) })),
    draws: draws.map(({ origin, draws: first, count }) => ({ origin: originAddress(origin), draws: first, count })),
  };
}
