/** What a side that is no whole number of patches becomes. */
export type GridRounding = 'floor' | 'round' | 'ceil';

/**
 * Rows and columns of patches of a picture of `height` x `width` that is scaled to side x side pixels in all with its aspect ratio kept, as NaViT does (arXiv
 * 2307.06304; specs/vision-language.md 2.1): at least one of each. The paper does not say how sides are rounded to patches; with `floor` there are never more than
 * (side / patchSize)^2 patches, but for pictures thinner than a patch.
 */
export function aspectGrid(height: number, width: number, side: number, patchSize: number, rounding: GridRounding): readonly [rows: number, columns: number] {
  const scale = side / Math.sqrt(width * height) / patchSize;
  return [Math.max(1, Math[rounding](height * scale)), Math.max(1, Math[rounding](width * scale))];
}

/** Where u, -1 to 1, leads between two sides: linearly, or linearly in the area (specs/vision-language.md 2.1). */
export function sideOf(u: number, [low, high]: readonly [number, number], by: 'side' | 'area'): number {
  const share = (u + 1) / 2;
  return by === 'side' ? low + share * (high - low) : Math.sqrt(low * low + share * (high * high - low * low));
}
