import type { Shape } from './shapes.js';
import { turn } from './turn.js';

/** Where a shape stands: centre and radius in pixels, turned clockwise (y is down) by `degrees`. */
export interface Place {
  readonly cx: number;
  readonly cy: number;
  readonly radius: number;
  readonly degrees: number;
}

/** How much of each pixel of a window a shape covers: `counts[y * width + x]` of its 16 sub-samples are inside. */
export interface Coverage {
  /** Left top pixel of the window on the canvas. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly counts: Uint8Array;
}

/** Sub-samples per axis of a pixel. */
const GRID = 4;
/** Sub-samples of a pixel. */
export const SUB_SAMPLES = GRID * GRID;
/** Coverage from which a pixel is the object's own: half (SHAPES_WORLD section 5). */
export const OWN_COUNT = SUB_SAMPLES / 2;

/** Coverage of a shape on a canvas of the given size; the window holds everything that the shape touches on the canvas. */
export function coverage(shape: Shape, { cx, cy, radius, degrees }: Place, canvasWidth: number, canvasHeight: number): Coverage {
  const reach = radius * shape.reach;
  const x = Math.max(0, Math.floor(cx - reach));
  const y = Math.max(0, Math.floor(cy - reach));
  const width = Math.min(canvasWidth, Math.ceil(cx + reach)) - x;
  const height = Math.min(canvasHeight, Math.ceil(cy + reach)) - y;
  const counts = new Uint8Array(width * height);
  const { cos, sin } = turn((degrees * Math.PI) / 180);
  const c = cos / radius;
  const s = sin / radius;
  const { inside } = shape;
  const core = radius * shape.core;
  const solid = inside(0, 0) ? 1 : 0;
  for (let row = 0; row < height * GRID; row++) {
    const dy = (row + 0.5) / GRID + y - cy;
    const line = Math.floor(row / GRID) * width;
    // Columns [from, to) hold all that is within the reach; those of [coreFrom, coreTo) are in the core and need no test.
    const half = halfChord(reach, dy);
    const from = Math.max(0, Math.floor((cx - half - x) * GRID - 0.5));
    const to = Math.min(width * GRID, Math.ceil((cx + half - x) * GRID + 0.5));
    const coreHalf = halfChord(core, dy);
    const coreFrom = Math.max(from, Math.ceil((cx - coreHalf - x) * GRID - 0.5));
    const coreTo = coreHalf === 0 ? from : Math.min(to, Math.floor((cx + coreHalf - x) * GRID + 0.5));
    for (let column = from; column < to; column++) {
      if (column >= coreFrom && column < coreTo) {
        counts[line + (column >> 2)]! += solid;
        continue;
      }
      const dx = (column + 0.5) / GRID + x - cx;
      if (inside(c * dx + s * dy, c * dy - s * dx)) counts[line + (column >> 2)]!++;
    }
  }
  return { x, y, width, height, counts };
}

/** Half the length of a circle's chord at a distance from its centre; 0 outside. */
function halfChord(radius: number, distance: number): number {
  return Math.sqrt(Math.max(0, radius * radius - distance * distance));
}
