import { iou } from './iou.js';

/** Boxes and the labels of each. */
export interface LabelledBoxes {
  /** `[n, 4]` x0 y0 x1 y1. */
  readonly boxes: Float32Array;
  readonly labels: readonly (readonly string[])[];
}

/**
 * Boxes of one object as one box with all its labels (scenic's `MergeOverlappingInstances`, specs/detection.md 3): while two boxes overlap by an IoU of
 * `threshold` or more, the pair with the largest IoU, of equal ones the first, becomes one. It keeps the box of either (`takeSecond` is asked), the labels
 * of both, doubles included, and the place of the first.
 */
export function mergeOverlapping({ boxes, labels }: LabelledBoxes, threshold: number, takeSecond: () => boolean): LabelledBoxes {
  const left = labels.map((own, i) => ({ box: boxes.subarray(4 * i, 4 * i + 4), labels: own }));
  for (;;) {
    let best = -1;
    let pair: readonly [number, number] | undefined;
    for (let i = 0; i < left.length; i += 1) {
      for (let j = i + 1; j < left.length; j += 1) {
        const overlap = iou(left[i]!.box, 0, left[j]!.box, 0);
        if (overlap >= threshold && overlap > best) [best, pair] = [overlap, [i, j]];
      }
    }
    if (pair === undefined) break;
    const [first, second] = [left[pair[0]]!, left[pair[1]]!];
    left[pair[0]] = { box: takeSecond() ? second.box : first.box, labels: [...first.labels, ...second.labels] };
    left.splice(pair[1], 1);
  }
  const out = new Float32Array(4 * left.length);
  left.forEach(({ box }, i) => out.set(box, 4 * i));
  return { boxes: out, labels: left.map(({ labels: own }) => own) };
}
