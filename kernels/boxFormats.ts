/**
 * How the four numbers of a box are meant: two corners, x first (`xyxy`, ours) or y first (`yxyx`, scenic), a corner and the size (`xywh`, COCO), or the
 * centre and the size (`cxcywh`, what detectors predict). x goes to the right, y down; the unit is any, the same for x and y or a share of each side.
 */
export type BoxFormat = 'xyxy' | 'yxyx' | 'xywh' | 'cxcywh';

export const boxFormats: readonly BoxFormat[] = ['xyxy', 'yxyx', 'xywh', 'cxcywh'];

/** Boxes `[n, 4]` of `format` as x0 y0 x1 y1. */
export function toXyxy(boxes: ArrayLike<number>, format: BoxFormat): Float32Array {
  return eachBox(boxes, (a, b, c, d) => {
    if (format === 'yxyx') return [b, a, d, c];
    if (format === 'xywh') return [a, b, a + c, b + d];
    return format === 'cxcywh' ? [a - c / 2, b - d / 2, a + c / 2, b + d / 2] : [a, b, c, d];
  });
}

/** Boxes `[n, 4]` of x0 y0 x1 y1 in `format`. */
export function fromXyxy(boxes: ArrayLike<number>, format: BoxFormat): Float32Array {
  return eachBox(boxes, (x0, y0, x1, y1) => {
    if (format === 'yxyx') return [y0, x0, y1, x1];
    if (format === 'xywh') return [x0, y0, x1 - x0, y1 - y0];
    return format === 'cxcywh' ? [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0] : [x0, y0, x1, y1];
  });
}

/** Boxes with x and y multiplied: `scaleXyxy(pixels, 1 / width, 1 / height)` makes them relative. */
export function scaleXyxy(boxes: ArrayLike<number>, byX: number, byY: number): Float32Array {
  return eachBox(boxes, (x0, y0, x1, y1) => [x0 * byX, y0 * byY, x1 * byX, y1 * byY]);
}

/** Relative boxes x0 y0 x1 y1 cut at the picture's edges, 0 and 1. */
export function clipXyxy(boxes: ArrayLike<number>): Float32Array {
  const cut = (value: number): number => Math.min(Math.max(value, 0), 1);
  return eachBox(boxes, (x0, y0, x1, y1) => [cut(x0), cut(y0), cut(x1), cut(y1)]);
}

function eachBox(boxes: ArrayLike<number>, work: (a: number, b: number, c: number, d: number) => readonly [number, number, number, number]): Float32Array {
  if (boxes.length % 4 !== 0) throw new RangeError(`boxes are four numbers each, got ${boxes.length}`);
  const out = new Float32Array(boxes.length);
  for (let at = 0; at < boxes.length; at += 4) out.set(work(boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!), at);
  return out;
}
