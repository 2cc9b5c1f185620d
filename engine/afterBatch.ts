import type { Batch } from './batch.js';
import { UsageError } from './errors.js';
import type { Sample } from './sample.js';
import { stage, type Stage, type StageOptions, type StepStage } from './stage.js';

/** A stage after `batch`: the run calls it for each step, and no lane ever holds it. */
export function afterBatch<S extends Sample, T extends Sample>(name: string, step: StepStage, { options, version }: Pick<StageOptions<S, T>, 'options' | 'version'>): Stage<Batch<S>, Batch<T>> {
  return stage<Batch<S>, Batch<T>>({
    name,
    arity: 'step',
    step,
    ...(options === undefined ? {} : { options }),
    ...(version === undefined ? {} : { version }),
    connect: () => {
      throw new UsageError(`${name}: works on whole steps, so it stands after batch({ size }) in a streaming run`);
    },
  });
}
