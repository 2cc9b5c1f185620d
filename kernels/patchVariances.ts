import type { Patches } from './patches.js';
import type { Random } from './random.js';

/** Noise that is added before the variance is taken. */
export interface VarianceNoise {
  readonly random: Random;
  /** Uniform from 0 to this, on the scale of 0 to 1. */
  readonly amount: number;
}

/**
 * The mean pixel variance of each patch: over the pixels of a channel, then the mean of three channels, with values of `low` to `high` taken as 0 to 1 (OWL-ST, arXiv
 * 2306.09683 section 3.2; specs/detection.md).
 */
export function patchVariances({ count, width, data }: Patches, [low, high]: readonly [number, number], noise?: VarianceNoise): Float64Array {
  const channels = 3;
  const pixels = width / channels;
  const scores = new Float64Array(count);
  for (let patch = 0; patch < count; patch += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      // Welford's recurrence: exact 0 for a plain patch, which a difference of sums is not.
      let mean = 0;
      let squares = 0;
      for (let pixel = 0; pixel < pixels; pixel += 1) {
        const added = noise === undefined ? 0 : noise.amount * noise.random.uniform32();
        const value = ((data[patch * width + pixel * channels + channel] as number) - low) / (high - low) + added;
        const step = value - mean;
        mean += step / (pixel + 1);
        squares += step * (value - mean);
      }
      sum += squares / pixels;
    }
    scores[patch] = sum / channels;
  }
  return scores;
}

/** The places of the `count` highest scores, in rising order; of equal ones the earlier. */
export function highestPlaces(scores: Float64Array, count: number): Int32Array {
  const order = Array.from(scores, (_, place) => place).toSorted((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  return Int32Array.from(order.slice(0, count)).toSorted();
}
