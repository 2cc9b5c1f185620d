import type { OutcomeCounts } from './account.js';
import type { Drop, Sample } from './sample.js';

/** An object that a sink made durable. */
export interface OutputPart {
  readonly url: string;
  readonly bytes: number;
  /** sha256, hex. */
  readonly sha256: string;
  readonly samples: number;
}

/** What a sink emits when something is durable or trained. It covers everything since the receipt before. */
export interface Receipt extends Sample {
  readonly lane: number;
  readonly planned: number;
  readonly counts: OutcomeCounts;
  /** Samples that were refused, in order. */
  readonly quarantine: readonly Drop[];
  /** Counts per `stage: reason`. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly tallies: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly outputs: readonly OutputPart[];
}
