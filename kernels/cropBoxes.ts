import type { CropBox } from './cropImage.js';

/** Boxes of a cropped picture. */
export interface CroppedBoxes {
  /** `[n, 4]` x0 y0 x1 y1, relative to the crop, cut at its edges. */
  readonly boxes: Float32Array;
  /** For each the share of its area that is in the crop, 0 to 1. */
  readonly areaLeft: Float32Array;
}

/**
 * Boxes, relative to a picture of `height` by `width` pixels, as they are in a crop of it (scenic's `RandomCrop`, specs/detection.md 3). A box without
 * area has none left.
 */
export function cropBoxes(boxes: ArrayLike<number>, { height, width }: { readonly height: number; readonly width: number }, crop: CropBox): CroppedBoxes {
  const out = new Float32Array(boxes.length);
  const areaLeft = new Float32Array(boxes.length / 4);
  const clip = (value: number): number => Math.min(Math.max(value, 0), 1);
  for (let i = 0; i < areaLeft.length; i += 1) {
    const [x0, y0, x1, y1] = [boxes[4 * i]!, boxes[4 * i + 1]!, boxes[4 * i + 2]!, boxes[4 * i + 3]!];
    const cut = [clip((x0 * width - crop.x) / crop.width), clip((y0 * height - crop.y) / crop.height), clip((x1 * width - crop.x) / crop.width), clip((y1 * height - crop.y) / crop.height)] as const;
    out.set(cut, 4 * i);
    const before = (x1 - x0) * width * (y1 - y0) * height;
    const after = (cut[2] - cut[0]) * crop.width * (cut[3] - cut[1]) * crop.height;
    // The reference adds 1e-8 to the area in pixels; it stands in for a division by zero.
    areaLeft[i] = after / (before + 1e-8);
  }
  return { boxes: out, areaLeft };
}
