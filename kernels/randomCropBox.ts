import type { CropBox } from './cropBoxes.js';
import type { Random } from './random.js';

export interface RandomCropBoxOptions {
  /** Width over height, from and to; drawn uniformly for each try. */
  readonly aspectRatios: readonly [number, number];
  /** Share of the picture's area, from and to. */
  readonly areas: readonly [number, number];
  /** Tries before the whole picture is taken. @default 100 */
  readonly attempts?: number;
}

/**
 * A part of a picture, drawn as TensorFlow's `sample_distorted_bounding_box` draws one that need cover nothing (specs/detection.md 3, `RandomCrop`): an
 * aspect ratio, then a height uniformly among those with an area in range and room in the picture, then a place. A picture in which nothing fits, in so
 * many tries, is taken whole.
 */
export function randomCropBox({ height, width }: { readonly height: number; readonly width: number }, random: Random, { aspectRatios, areas, attempts = 100 }: RandomCropBoxOptions): CropBox {
  const [least, most] = [areas[0] * width * height, areas[1] * width * height];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const aspect = random.range(...aspectRatios);
    const highest = Math.min(height, Math.round(Math.sqrt(most / aspect)), Math.floor((width + 0.5) / aspect));
    const lowest = Math.min(highest, Math.round(Math.sqrt(least / aspect)));
    let cropHeight = random.integer(lowest, highest);
    // Rounding may have left the range by a row.
    if (cropHeight * Math.round(cropHeight * aspect) < least) cropHeight += 1;
    else if (cropHeight * Math.round(cropHeight * aspect) > most) cropHeight -= 1;
    const cropWidth = Math.round(cropHeight * aspect);
    const area = cropHeight * cropWidth;
    if (area < least || area > most || cropHeight > height || cropWidth > width || area === 0) continue;
    return { top: random.integer(0, height - cropHeight), left: random.integer(0, width - cropWidth), height: cropHeight, width: cropWidth };
  }
  return { top: 0, left: 0, height, width };
}
