import type { PixelArray } from '../../kernels/resizeImage.js';

/**
 * What is known to be where in a sample's picture, as all operators here have it. `parseBoxes` makes it; geometry keeps it true to the pixels;
 * `detectionTargets` makes the fixed shapes of a loss of it.
 */
export interface BoxAnnotations {
  /** `[n, 4]` float32: x0, y0, x1, y1, relative to the picture, 0 to 1, x to the right and y down. */
  readonly boxesXyxy: Float32Array;
  /** For each box its labels: one, or several where boxes of one object were merged. */
  readonly boxLabels: readonly (readonly string[])[];
  /** Labels that are known, or taken, not to be in the picture. */
  readonly negativeLabels: readonly string[];
}

/** A picture of bytes, or of floats from 0 to 1. */
export interface Pixels {
  readonly pixels: PixelArray;
}

/** A picture of the kind that came, with its annotations. */
export interface AnnotatedPixels<P extends PixelArray> extends BoxAnnotations {
  readonly pixels: P;
}

/** The annotations with the boxes for which `keep` holds. */
export function filterBoxes({ boxesXyxy, boxLabels, negativeLabels }: BoxAnnotations, keep: (box: number) => boolean): BoxAnnotations {
  const kept = boxLabels.flatMap((_, box) => (keep(box) ? [box] : []));
  if (kept.length === boxLabels.length) return { boxesXyxy, boxLabels, negativeLabels };
  const boxes = new Float32Array(4 * kept.length);
  kept.forEach((box, place) => boxes.set(boxesXyxy.subarray(4 * box, 4 * box + 4), 4 * place));
  return { boxesXyxy: boxes, boxLabels: kept.map((box) => boxLabels[box] as readonly string[]), negativeLabels };
}
