import type { Random } from '../random.js';
import { bestFitDecreasing } from './bestFitDecreasing.js';
import { exactFitDecreasing } from './exactFitDecreasing.js';
import { firstFit, type SequenceRoom } from './firstFit.js';

/** How examples are packed: first fit into so many open sequences, or best fit decreasing over a window of so many examples. */
export type PackingPolicy = SequenceRoom & ({ readonly openSequences: number } | { readonly window: number });

export interface PackingForecast {
  readonly sequences: number;
  readonly examples: number;
  /** 0 to 1, for each feature: tokens that are no padding. */
  readonly fill: readonly number[];
}

/** Which examples share a sequence, in one window: for each sequence the places of its examples. @throws RangeError where first fit has no room for one */
export function packWindow(lengths: readonly (readonly number[])[], policy: PackingPolicy): number[][] {
  if (!('openSequences' in policy)) {
    const [capacity, ...others] = policy.capacities;
    return others.length === 0 && policy.maxExamples === undefined ? exactFitDecreasing(lengths.map(([length]) => length as number), capacity as number) : bestFitDecreasing(lengths, policy);
  }
  const place = firstFit(policy);
  const sequences: number[][] = [];
  for (const [example, needs] of lengths.entries()) {
    const sequence = place(needs);
    if (sequence === -1) throw new RangeError(`${policy.openSequences} open sequences have no room for example ${example} of ${lengths.length}`);
    (sequences[sequence] ??= []).push(example);
  }
  return sequences;
}

/**
 * What packing examples of such lengths comes to: examples are drawn from them until `windows` windows are full and packed.
 *
 * @param lengths for each example its tokens of each feature, none over its capacity; one at least
 */
export function packingForecast(lengths: readonly (readonly number[])[], policy: PackingPolicy, random: Random, windows = 20): PackingForecast {
  const tokens = policy.capacities.map(() => 0);
  let [sequences, examples] = [0, 0];
  let next = random.choice(lengths);
  for (let window = 0; window < windows; window += 1) {
    const place = 'openSequences' in policy ? firstFit(policy) : undefined;
    const taken: (readonly number[])[] = [];
    for (;;) {
      // One that ends a window begins the next: drawing another would leave out the long ones.
      if (place !== undefined && place(next) === -1) break;
      taken.push(next);
      next = random.choice(lengths);
      if ('window' in policy && taken.length === policy.window) break;
    }
    sequences += packWindow(taken, policy).length;
    examples += taken.length;
    for (const needs of taken) for (const [feature, need] of needs.entries()) tokens[feature] = (tokens[feature] as number) + need;
  }
  return { sequences, examples, fill: tokens.map((sum, feature) => sum / (sequences * (policy.capacities[feature] as number))) };
}
