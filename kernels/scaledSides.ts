import { roundHalfEven } from './roundHalfEven.js';

/** Of a picture or a part of one, in pixels. */
export interface Sides {
  readonly width: number;
  readonly height: number;
}

/**
 * The sides of a picture after its `smaller` or `longer` side is made `size` pixels long, its shape kept: big_vision's `resize_small` and
 * `resize_long` (specs/vision-language.md 1.2). The factor is one float32, and each side times it is rounded, halves to the even neighbour. A side of
 * a very thin picture can come out as 0.
 */
export function scaledSides({ width, height }: Sides, size: number, side: 'smaller' | 'longer'): Sides {
  const f = Math.fround;
  const factor = f(f(size) / (side === 'smaller' ? Math.min(width, height) : Math.max(width, height)));
  return { width: roundHalfEven(f(width * factor)), height: roundHalfEven(f(height * factor)) };
}
