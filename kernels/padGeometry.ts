const f = Math.fround;

/**
 * The size, in pixels, that a picture gets within a square of `size`: its long side fills it, the aspect stays (scenic's `ResizeWithPad`,
 * specs/detection.md 3). In float32 with the fraction cut off, as there, so that the long side is often one pixel short: 1920 x 1080 in 840 gives 839 x 472.
 * Never less than one pixel, where the reference fails.
 */
export function sizeInSquare({ height, width }: { readonly height: number; readonly width: number }, size: number): { readonly height: number; readonly width: number } {
  const ratio = Math.max(f(f(height) / f(size)), f(f(width) / f(size)));
  const fit = (side: number): number => Math.max(1, Math.trunc(Math.min(f(f(side) / ratio), size)));
  return { height: fit(height), width: fit(width) };
}

/**
 * The same without the reference's arithmetic, for a square whose long side is `factor` of `size` (OWL-ST's random size in its tile, arXiv 2306.09683
 * A.4; the factor goes to the long side of portraits too: specs/detection.md 2.1). Rounded to the nearest pixel.
 */
export function shrunkInSquare({ height, width }: { readonly height: number; readonly width: number }, size: number, factor: number): { readonly height: number; readonly width: number } {
  const scale = (factor * size) / Math.max(height, width);
  const fit = (side: number): number => Math.min(size, Math.max(1, Math.round(side * scale)));
  return { height: fit(height), width: fit(width) };
}
