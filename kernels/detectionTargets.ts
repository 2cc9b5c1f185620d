import { fromXyxy } from './boxFormats.js';

/** What a detector is trained towards, in fixed shapes. */
export interface DetectionTargets {
  /** `[maxBoxes, 4]` centre and size, relative to the picture; zeros where there is no box. */
  readonly boxesCxcywh: Float32Array;
  /** `[maxBoxes, maxQueries]` 0 or 1: which queries a box answers. Column 0 is 1 where there is no box. */
  readonly boxQueries: Uint8Array;
}

/**
 * Boxes and the places of their queries as scenic's `ConvertToScenic` gives them to a loss (specs/detection.md 3): the first `maxBoxes` of those that answer
 * a query, the rest of the rows padding.
 */
export function detectionTargets(boxesXyxy: Float32Array, boxQueries: readonly (readonly number[])[], { maxBoxes, maxQueries }: { readonly maxBoxes: number; readonly maxQueries: number }): DetectionTargets {
  const centred = fromXyxy(boxesXyxy, 'cxcywh');
  const boxes = new Float32Array(4 * maxBoxes);
  const asked = new Uint8Array(maxBoxes * maxQueries);
  let row = 0;
  for (const [i, places] of boxQueries.entries()) {
    if (row === maxBoxes) break;
    if (places.length === 0) continue;
    boxes.set(centred.subarray(4 * i, 4 * i + 4), 4 * row);
    for (const place of places) asked[row * maxQueries + place] = 1;
    row += 1;
  }
  for (; row < maxBoxes; row += 1) asked[row * maxQueries] = 1;
  return { boxesCxcywh: boxes, boxQueries: asked };
}
