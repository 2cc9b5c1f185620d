/** The boxes that one label space gave a picture. */
export interface LabelSpaceBoxes<B extends { readonly score: number }> {
  readonly boxes: readonly B[];
  /** Every score is multiplied by it: OWL-ST takes 0.3 for curated queries beside N-grams. From 0 to 1. @default 1 */
  readonly scoreFactor?: number;
}

/**
 * The boxes of several label spaces as one list, in the order given, with each space's scores rescaled (arXiv 2306.09683, A.3). Thresholds come
 * after this. Boxes are copied, never changed.
 *
 * Throws a RangeError when a factor is not within 0..1.
 */
export function fuseLabelSpaces<B extends { readonly score: number }>(spaces: readonly LabelSpaceBoxes<B>[]): B[] {
  return spaces.flatMap(({ boxes, scoreFactor = 1 }, place) => {
    if (!(scoreFactor >= 0 && scoreFactor <= 1)) {
      throw new RangeError(`fuseLabelSpaces: \`scoreFactor\` of label space ${place} must be within 0..1, got ${scoreFactor}`);
    }
    return boxes.map((box) => ({ ...box, score: box.score * scoreFactor }));
  });
}
