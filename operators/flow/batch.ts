import type { Batch } from '../../engine/batch.js';
import { checkInteger } from '../../engine/check.js';
import type { Sample } from '../../engine/sample.js';
import { stage, type Stage } from '../../engine/stage.js';

export interface BatchOptions {
  /** Samples of the global batch, over all lanes and ranks; a multiple of the recipe's lanes. */
  readonly size: number;
  /** @default 'batch' */
  readonly name?: string;
}

/**
 * Where the lanes of a streaming recipe meet: each step takes size / lanes samples of every lane, the n-th of each lane for step n, whatever the ranks,
 * workers and timing. A lane that has ended gives fewer; the trainer fills up with weight zero.
 *
 * Inside a pipeline the lanes are put together by the run (`engine/stream.ts`); samples pass this stage as they are. After it may stand what works on
 * whole steps: `mixup`, `cutmix`, `flexiPatch`, or a `perStep` of your own.
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
