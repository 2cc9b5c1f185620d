export interface KeepBoxesOptions {
  /** A box is kept at this score or above. @default 0.1 (the paper) */
  readonly minScore?: number;
  /** A picture is kept when its best box scores strictly more than this. @default 0.3 (the paper) */
  readonly minBestScore?: number;
}

/** What is left of a picture's boxes. */
export interface KeptBoxes<B> {
  /** Whether the picture stays in the dataset. */
  readonly kept: boolean;
  /** The boxes that stay, in their order; none when the picture goes. */
  readonly boxes: B[];
  /** The highest score of all boxes given, 0 without any: for `survivorsPerThreshold`. */
  readonly bestScore: number;
}

/**
 * OWL-ST's two thresholds (arXiv 2306.09683, section 4.4 and figure A2: boxes "at least", pictures "above"). Scores are 0..1.
 *
 * Throws a RangeError when a threshold is not within 0..1.
 */
export function keepBoxes<B extends { readonly score: number }>(boxes: readonly B[], options: KeepBoxesOptions = {}): KeptBoxes<B> {
  const { minScore = 0.1, minBestScore = 0.3 } = options;
  for (const [name, value] of Object.entries({ minScore, minBestScore })) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`keepBoxes: \`${name}\` must be within 0..1, got ${value}`);
  }
  const bestScore = boxes.reduce((best, { score }) => Math.max(best, score), 0);
  const kept = bestScore > minBestScore;
  return { kept, boxes: kept ? boxes.filter(({ score }) => score >= minScore) : [], bestScore };
}
