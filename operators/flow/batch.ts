import { checkInteger } from '../../engine/check.js';
import type { Sample } from '../../engine/sample.js';
import { stage, type Stage } from '../../engine/stage.js';

export interface BatchOptions {
  /** Samples of the global batch, over all lanes and ranks; a multiple of the recipe's lanes. */
  readonly size: number;
  /** @default 'batch' */
  readonly name?: string;
}

/** One step of a streaming run: the samples of all lanes, lane by lane. */
export interface Batch<S extends Sample> extends Sample {
  readonly samples: readonly S[];
}

/**
 * The end of a streaming recipe: each step takes size / lanes samples of every lane, the n-th of each lane for step n, whatever the ranks,
 * workers and timing. A lane that has ended gives fewer; the trainer fills up with weight zero.
 *
 * Inside a pipeline the lanes are put together by the run (`engine/stream.ts`); samples pass this stage as they are.
 */
export function batch<S extends Sample>({ size, name = 'batch' }: BatchOptions): Stage<S, Batch<S>> {
  checkInteger(name, 'size', size, 1);
  return stage<S, Batch<S>>({
    name,
    arity: 'batch',
    options: { size },
    batchSize: size,
    connect: () => (source) => source as unknown as ReturnType<ReturnType<Stage<S, Batch<S>>['stage']['connect']>>,
  });
}
