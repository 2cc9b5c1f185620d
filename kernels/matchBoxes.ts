import { iou } from './iou.js';
import { orderByScore } from './orderByScore.js';

/**
 * Which detections of one picture and one class hit a true box: COCO's greedy matching.
 *
 * From the best score down, a detection takes the free true box with which its IoU is highest and at least `minIou`; each true box is taken
 * once, so a second detection of it is a miss. `boxes` and `truths` are flat `[n, 4]` x0 y0 x1 y1. Returns `hits[i]` = 1 or 0 for detection
 * i, in the order given. @see averagePrecision
 */
export function matchBoxes(boxes: ArrayLike<number>, scores: ArrayLike<number>, truths: ArrayLike<number>, minIou = 0.5): Uint8Array {
  if (boxes.length !== 4 * scores.length) {
    throw new RangeError(`matchBoxes: ${scores.length} scores need ${4 * scores.length} box values, got ${boxes.length}`);
  }
  const hits = new Uint8Array(scores.length);
  const taken = new Uint8Array(truths.length / 4);
  for (const i of orderByScore(scores)) {
    let best = minIou;
    let match = -1;
    for (let j = 0; j < taken.length; j += 1) {
      if (taken[j] === 1) continue;
      const overlap = iou(boxes, i, truths, j);
      // A touch of 0 is no overlap, even for a minIou of 0. Of equal overlaps the later wins, as in the teacher's train.py.
      if (overlap > 0 && overlap >= best) {
        best = overlap;
        match = j;
      }
    }
    if (match >= 0) hits[i] = taken[match] = 1;
  }
  return hits;
}
