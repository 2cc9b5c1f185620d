import type { Contribution } from './lockstep.js';
import type { Sample } from './sample.js';

/** A contribution of the size that every step has. */
export interface PaddedContribution {
  /** `count` samples; undefined is padding. */
  readonly samples: readonly (Sample | undefined)[];
  /** `[count]`: 1 for a sample, 0 for padding. What a loss multiplies with, so that padding teaches nothing. */
  readonly weights: Float32Array;
}

/**
 * Fill up what an exhausted lane gives, so that all steps have one shape. Where a stream is finite its lanes end at different steps: one that has ended
 * gives fewer samples than `count`, down to none, marked `ended`. Stages after `batch` have worked before this: they never see padding, and mix none in.
 *
 * @param count samples of a lane in a step: `stream.perLane`
 * @throws RangeError when there are more
 */
export function padContribution({ lane, samples }: Pick<Contribution, 'lane' | 'samples'>, count: number): PaddedContribution {
  if (samples.length > count) throw new RangeError(`lane ${lane} gave ${samples.length} samples to a step, and ${count} are its share`);
  return {
    samples: Array.from({ length: count }, (_, index) => samples[index]),
    weights: Float32Array.from({ length: count }, (_, index) => (index < samples.length ? 1 : 0)),
  };
}
