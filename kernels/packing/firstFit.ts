/** What one sequence can hold. */
export interface SequenceRoom {
  /** Tokens of each feature. */
  readonly capacities: readonly number[];
  /** Examples. @default no limit */
  readonly maxExamples?: number;
}

export interface FirstFitOptions extends SequenceRoom {
  readonly openSequences: number;
}

/**
 * First fit into a fixed number of sequences, one example after the other: NaViT's greedy packing (arXiv 2307.06304 appendix A.3; specs/vision-language.md 2.1).
 * The function that is returned takes an example's tokens of each feature and tells which sequence it was put into: the first that has room for it in every feature;
 * -1 where there is none, and nothing is changed.
 */
export function firstFit({ capacities, openSequences, maxExamples = Number.POSITIVE_INFINITY }: FirstFitOptions): (lengths: readonly number[]) => number {
  const features = capacities.length;
  const room = Int32Array.from({ length: openSequences * features }, (_, at) => capacities[at % features] as number);
  const examples = new Int32Array(openSequences);
  /** Sequences before this one are full. */
  let first = 0;
  return (lengths) => {
    search: for (let sequence = first; sequence < openSequences; sequence += 1) {
      const at = sequence * features;
      for (let feature = 0; feature < features; feature += 1) if ((room[at + feature] as number) < (lengths[feature] as number)) continue search;
      let left = 0;
      for (let feature = 0; feature < features; feature += 1) left += room[at + feature] = (room[at + feature] as number) - (lengths[feature] as number);
      examples[sequence] = (examples[sequence] as number) + 1;
      // A full one has room for nobody, not even for an example without a token of the first feature.
      if (left === 0 || (examples[sequence] as number) >= maxExamples) room[at] = -1;
      while (first < openSequences && room[first * features] === -1) first += 1;
      return sequence;
    }
    return -1;
  };
}
