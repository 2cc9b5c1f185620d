/** Relative boxes `[n, 4]` x0 y0 x1 y1 of a picture that is mirrored: left becomes right (scenic's `RandomFlipLeftRight`, specs/detection.md 3). */
export function flipBoxes(boxes: Float32Array): Float32Array {
  const out = Float32Array.from(boxes);
  for (let at = 0; at < boxes.length; at += 4) {
    out[at] = 1 - boxes[at + 2]!;
    out[at + 2] = 1 - boxes[at]!;
  }
  return out;
}
