import { iou } from './iou.js';
import { orderByScore } from './orderByScore.js';

/**
 * Greedy non-maximum suppression: from the best score down, keep a box unless it overlaps a kept one by IoU > `threshold` (strictly).
 *
 * `boxes` is flat `[n, 4]` x0 y0 x1 y1. Class-agnostic: call it once a class for per-class suppression. Returns the kept indices, best
 * score first, equal scores by index. OWL-ST itself uses none (specs/detection.md 1.3); the tiny teacher's published numbers use 0.5.
 */
export function nms(boxes: ArrayLike<number>, scores: ArrayLike<number>, threshold: number): Int32Array {
  if (boxes.length !== 4 * scores.length) {
    throw new RangeError(`nms: ${scores.length} scores need ${4 * scores.length} box values, got ${boxes.length}`);
  }
  if (!(threshold >= 0 && threshold <= 1)) throw new RangeError(`nms: threshold must be from 0 to 1, got ${threshold}`);
  const kept: number[] = [];
  for (const i of orderByScore(scores)) {
    if (kept.every((j) => iou(boxes, i, boxes, j) <= threshold)) kept.push(i);
  }
  return Int32Array.from(kept);
}
