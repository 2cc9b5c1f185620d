import { iou } from './iou.js';

/**
 * Generalised intersection over union (arXiv 1902.09630) of box `i` of `boxes` and box `j` of `others`, both flat `[n, 4]` x0 y0 x1 y1 in one unit: the
 * IoU less the share of the smallest box around both that neither covers. From -1, far apart, to 1, equal; 0 for two boxes that are one point.
 */
export function giou(boxes: ArrayLike<number>, i: number, others: ArrayLike<number>, j: number): number {
  const a = 4 * i;
  const b = 4 * j;
  const width = Math.max(boxes[a + 2]!, others[b + 2]!) - Math.min(boxes[a]!, others[b]!);
  const height = Math.max(boxes[a + 3]!, others[b + 3]!) - Math.min(boxes[a + 1]!, others[b + 1]!);
  const around = width * height;
  if (!(around > 0)) return 0;
  const overlap = iou(boxes, i, others, j);
  const areas = area(boxes, a) + area(others, b);
  // With shared / union = overlap and shared + union = areas, union = areas / (1 + overlap).
  return overlap - (around - areas / (1 + overlap)) / around;
}

function area(boxes: ArrayLike<number>, at: number): number {
  return (boxes[at + 2]! - boxes[at]!) * (boxes[at + 3]! - boxes[at + 1]!);
}
