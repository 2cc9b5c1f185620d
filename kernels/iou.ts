/**
 * Intersection over union of box `i` of `boxes` and box `j` of `others`, both flat `[n, 4]` x0 y0 x1 y1 in one unit. 0 when they do not
 * overlap, also for boxes without area.
 */
export function iou(boxes: ArrayLike<number>, i: number, others: ArrayLike<number>, j: number): number {
  const a = 4 * i;
  const b = 4 * j;
  const width = Math.min(boxes[a + 2]!, others[b + 2]!) - Math.max(boxes[a]!, others[b]!);
  const height = Math.min(boxes[a + 3]!, others[b + 3]!) - Math.max(boxes[a + 1]!, others[b + 1]!);
  if (!(width > 0 && height > 0)) return 0;
  const shared = width * height;
  return shared / (area(boxes, a) + area(others, b) - shared);
}

function area(boxes: ArrayLike<number>, at: number): number {
  return (boxes[at + 2]! - boxes[at]!) * (boxes[at + 3]! - boxes[at + 1]!);
}
