export interface CutBoxOptions {
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Area of the box before it is clipped, as a share of the picture's, 0 to 1. */
  readonly area: number;
  /** The box's middle, as shares of width and height, each 0 to below 1. */
  readonly centre: readonly [x: number, y: number];
}

/** A box of whole pixels, from (x0, y0) to before (x1, y1), inside the picture; it may be empty. */
export type CutBox = readonly [x0: number, y0: number, x1: number, y1: number];

/**
 * CutMix's box (arXiv 1905.04899, section 3.1): sides of width and height times the square root of the area, around the middle, clipped at the border. Whole
 * pixels as in the authors' code: sides cut off to whole numbers, and half of each, again cut off, on both sides of the middle's pixel.
 */
export function cutBox({ width, height, area, centre: [x, y] }: CutBoxOptions): CutBox {
  const side = Math.sqrt(area);
  const [left, right] = around(Math.floor(x * width), Math.trunc(width * side), width);
  const [top, bottom] = around(Math.floor(y * height), Math.trunc(height * side), height);
  return [left, top, right, bottom];
}

function around(middle: number, side: number, length: number): [from: number, to: number] {
  const half = Math.floor(side / 2);
  return [Math.max(0, middle - half), Math.min(length, middle + half)];
}
