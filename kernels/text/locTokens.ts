/** Bins of a coordinate: the pieces `<loc0000>` to `<loc1023>`. */
const BINS = 1024;

/** A box in parts of the picture, 0 to 1: top, left, bottom, right. */
export type Yxyx = readonly [y1: number, x1: number, y2: number, x2: number];

/** The pieces of PaliGemma's coordinates in the order of their ids, for `extraPieces` of a tokenizer. */
export const locPieces: readonly string[] = Array.from({ length: BINS }, (_, bin) => piece(bin));

/** The bin of a coordinate (0 to 1; beyond it the nearest): round half to even of float32 c * 1023. Code that multiplies by 1024 is not the reference's. */
export function locBin(coordinate: number): number {
  const scaled = Math.fround(Math.fround(coordinate) * (BINS - 1));
  const below = Math.floor(scaled);
  const half = scaled - below;
  const rounded = half > 0.5 || (half === 0.5 && below % 2 !== 0) ? below + 1 : below;
  return Math.min(Math.max(rounded, 0), BINS - 1);
}

/**
 * A box as PaliGemma writes it: four pieces in the order y1 x1 y2 x2 (specs/vision-language.md 1.5; arXiv 2407.07726).
 *
 * ```ts
 * locTokens([0.1, 0.2, 0.5, 0.75]) // '<loc0102><loc0205><loc0512><loc0767>'
 * ```
 *
 * @throws RangeError for a coordinate that is not finite
 */
export function locTokens(box: Yxyx): string {
  return box
    .map((coordinate) => {
      if (!Number.isFinite(coordinate)) throw new RangeError(`a coordinate must be a number, got ${coordinate}`);
      return piece(locBin(coordinate));
    })
    .join('');
}

/** The box that the first four `<locNNNN>` of a text name, each bin / 1023; undefined where there are fewer, or one is out of range. */
export function parseLocTokens(text: string): Yxyx | undefined {
  const bins = [...text.matchAll(/<loc(\d{4})>/g)].slice(0, 4).map(([, bin]) => Number(bin));
  return bins.length < 4 || bins.some((bin) => bin >= BINS) ? undefined : (bins.map((bin) => bin / (BINS - 1)) as unknown as Yxyx);
}

function piece(bin: number): string {
  return `<loc${String(bin).padStart(4, '0')}>`;
}
