import { checkInteger } from './check.js';
import type { Sample, With } from './sample.js';
import { afterBatch } from './afterBatch.js';
import type { LaneStepTools, Stage } from './stage.js';
import type { Batch } from './batch.js';

export interface PerStepOptions {
  /** Samples that each lane's share of a step must have room for, such as 2 where one is mixed with another. @default 1 */
  readonly minSamples?: number;
  /** Everything the output depends on, as plain JSON (printed, fingerprinted). */
  readonly options?: object;
  /** Raise when the same options give other outputs than before. @default 1 */
  readonly version?: number;
}

/**
 * A stage after `batch`: it works on what one lane gives to one step, and draws by (seed, stage, step). Same count in and out.
 *
 * `work` gets the lane's samples of the step, size / lanes of them, fewer in the last steps of a lane that ends (never none, and never padding), and returns
 * for each, in order, the fields to add or replace. It must be a function of these samples and its tools; then a step is the same for any number of ranks
 * and workers, and after any resume. `random()` is the same for all lanes: one draw a step. It may be asynchronous and call kernels by `run`. No sample
 * can be refused here any more: what is wrong with one must show before `batch`, and an error of `work` ends the run. Outside a run, alone in `.pipe(...)`,
 * there are no steps and it refuses.
 *
 * ```ts
 * const dim = perStep('dim', (samples: readonly (Sample & { light: number })[], { random }) => {
 *   const factor = random().uniform();
 *   return samples.map(({ light }) => ({ light: light * factor }));
 * });
 * ```
 * @throws UsageError when the stream opens, where a lane's share has fewer than `minSamples`; LawError when `work` returns more or fewer entries than it got
 * samples, or changes who a sample is
 */
export function perStep<S extends Sample, F extends object>(
  name: string,
  work: (samples: readonly S[], tools: LaneStepTools) => readonly F[] | Promise<readonly F[]>,
  { minSamples = 1, options = {}, version = 1 }: PerStepOptions = {},
): Stage<Batch<S>, Batch<With<S, F> & Sample>> {
  checkInteger(name, 'minSamples', minSamples, 1);
  return afterBatch(name, { minSamples, work: (samples, tools) => work(samples as readonly S[], tools) }, { options, version });
}
