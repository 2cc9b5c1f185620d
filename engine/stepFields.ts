import { afterBatch } from './afterBatch.js';
import type { Batch } from './batch.js';
import type { PerStepOptions } from './perStep.js';
import type { Sample, With } from './sample.js';
import type { Stage, StepTools } from './stage.js';

/**
 * A stage after `batch` that decides something once a step, for the whole batch on all ranks: fields of (seed, stage, step) that all samples of the step
 * get. The step has them too (`step.fields`), so that a rank knows them whose lanes have all ended.
 *
 * ```ts
 * const temperature = stepFields('temperature', ({ random }) => ({ temperature: random().range(0.5, 2) }));
 * ```
 */
export function stepFields<S extends Sample, F extends object>(
  name: string,
  fieldsOf: (tools: StepTools) => F,
  { options = {}, version = 1 }: Omit<PerStepOptions, 'minSamples'> = {},
): Stage<Batch<S>, Batch<With<S, F> & Sample>> {
  return afterBatch(name, { minSamples: 1, shared: fieldsOf }, { options, version });
}
