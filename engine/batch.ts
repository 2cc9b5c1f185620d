import type { Sample } from './sample.js';

/** One step of a streaming run: the samples of all lanes, lane by lane. A type for the stages after `batch`: the run keeps lanes apart. */
export interface Batch<S extends Sample> extends Sample {
  readonly samples: readonly S[];
}
