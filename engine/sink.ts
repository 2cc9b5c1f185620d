import type { Fingerprint } from './fingerprint.js';
import type { Receipt } from './receipt.js';
import type { Sample } from './sample.js';
import type { Extent, SourceTools } from './source.js';
import type { Stage } from './stage.js';

/** What a generation run is going to do: written beside the output before the first sample. */
export interface GenerationPlan {
  readonly extents: readonly Extent[];
  readonly fingerprint: Fingerprint;
}

/** A stage that ends a pipeline: it emits receipts. In a generation run it also knows what is committed already. */
export interface Sink<S extends Sample> extends Stage<S, Receipt> {
  readonly sink: {
    /** Make the output ready, or refuse: it is not writable, or it holds the work of another recipe. @throws UsageError, FingerprintError, StoreError */
    prepare(plan: GenerationPlan, tools: SourceTools): Promise<void>;
    /** The receipt of a lane that is committed, from its mark; undefined if it is not. */
    committed(extent: Extent, tools: SourceTools): Promise<Receipt | undefined>;
    /** Tell other runners that this one begins a lane. Only the order of work depends on it. @returns false if another one said so before */
    claim(extent: Extent, tools: SourceTools): Promise<boolean>;
    /** Every lane is committed: remove scratch objects. */
    tidy(tools: SourceTools): Promise<void>;
    /** Keep a record with times and host names, outside the compared bytes. */
    log(file: string, record: object, tools: SourceTools): Promise<void>;
    /** What will be written, for `plan`. */
    readonly target: string;
  };
}

export function isSink(operator: unknown): operator is Sink<Sample> {
  return typeof operator === 'function' && 'sink' in operator;
}
