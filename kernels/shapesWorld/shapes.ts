import { turn } from './turn.js';

/** The 12 classes, most frequent first. */
export type ShapeName =
  | 'circle' | 'square' | 'triangle' | 'star' | 'ring' | 'cross' | 'hexagon' | 'ellipse' | 'diamond' | 'heart' | 'arrow' | 'crescent';

/** One class of the shapes world (SHAPES_WORLD section 2). */
export interface Shape {
  readonly name: ShapeName;
  /** Weight out of 126; the rarest classes are 20 times rarer than the most frequent. */
  readonly frequency: number;
  /** The shape turns by up to this many degrees either way. */
  readonly tiltDegrees: number;
  /** Radius of a disc around the centre that is all inside or all outside, in radii (a little less than the largest such disc). */
  readonly core: number;
  /** No point of the shape is farther from the centre than this, in radii. Above 1 for the square's corners, the heart's lobes, the arrow's tail. */
  readonly reach: number;
  /** Whether the point (u right, v down, in radii, before turning) belongs to the shape. */
  readonly inside: (u: number, v: number) => boolean;
}

type Point = readonly [number, number];

/** All classes in the order of their frequency. */
export const shapes: readonly Shape[] = [
  { name: 'circle', frequency: 20, tiltDegrees: 180, core: 0.99, reach: 1, inside: (u, v) => u * u + v * v <= 1 },
  { name: 'square', frequency: 20, tiltDegrees: 15, core: 0.8, reach: 1.132, inside: (u, v) => Math.max(Math.abs(u), Math.abs(v)) <= 0.8 },
  { name: 'triangle', frequency: 20, tiltDegrees: 30, core: 0.49, reach: 1, inside: polygon(corners(3, [1])) },
  { name: 'star', frequency: 16, tiltDegrees: 180, core: 0.35, reach: 1, inside: polygon(corners(10, [1, 0.42])) },
  { name: 'ring', frequency: 12, tiltDegrees: 180, core: 0.54, reach: 1, inside: (u, v) => between(0.55 * 0.55, u * u + v * v, 1) },
  { name: 'cross', frequency: 12, tiltDegrees: 20, core: 0.42, reach: 1, inside: (u, v) => cross(Math.abs(u), Math.abs(v)) },
  { name: 'hexagon', frequency: 8, tiltDegrees: 180, core: 0.86, reach: 1, inside: polygon(corners(6, [1])) },
  { name: 'ellipse', frequency: 8, tiltDegrees: 180, core: 0.54, reach: 1, inside: (u, v) => u * u + (v / 0.55) * (v / 0.55) <= 1 },
  { name: 'diamond', frequency: 6, tiltDegrees: 15, core: 0.52, reach: 1, inside: (u, v) => Math.abs(u) / 0.62 + Math.abs(v) <= 1 },
  { name: 'heart', frequency: 2, tiltDegrees: 25, core: 0.7, reach: 1.125, inside: heart },
  { name: 'arrow', frequency: 1, tiltDegrees: 180, core: 0.29, reach: 1.045, inside: polygon(arrow()) },
  { name: 'crescent', frequency: 1, tiltDegrees: 180, core: 0.29, reach: 1, inside: crescent },
];

function between(lo: number, value: number, hi: number): boolean {
  return lo <= value && value <= hi;
}

function cross(across: number, along: number): boolean {
  return (across <= 0.3 && along <= 0.95) || (along <= 0.3 && across <= 0.95);
}

function crescent(u: number, v: number): boolean {
  return u * u + v * v <= 1 && (u - 0.45) * (u - 0.45) + v * v > 0.75 * 0.75;
}

function arrow(): Point[] {
  return [[1, 0], [0.2, -0.75], [0.2, -0.3], [-1, -0.3], [-1, 0.3], [0.2, 0.3], [0.2, 0.75]];
}

function heart(u: number, v: number): boolean {
  const x = 1.2 * u;
  const y = 0.1 - 1.2 * v;
  const rim = x * x + y * y - 1;
  return rim * rim * rim <= x * x * y * y * y;
}

/** Corner i stands at 360 i / count - 90 degrees (v down, so the first one points up), at the radii in turn. */
function corners(count: number, radii: readonly number[]): Point[] {
  return Array.from({ length: count }, (_, i): Point => {
    const { cos, sin } = turn((2 * Math.PI * i) / count - Math.PI / 2);
    const radius = radii[i % radii.length]!;
    return [radius * cos, radius * sin];
  });
}

/** Even-odd rule: inside when a ray to the right crosses the outline an odd number of times. */
function polygon(points: readonly Point[]): Shape['inside'] {
  const us = Float64Array.from(points, ([u]) => u);
  const vs = Float64Array.from(points, ([, v]) => v);
  const count = points.length;
  return (u, v) => {
    let odd = false;
    for (let i = 0, j = count - 1; i < count; j = i++) {
      // An edge along the ray has both ends on one side and is never divided by.
      if (vs[j]! > v !== vs[i]! > v && u < us[j]! + ((us[i]! - us[j]!) * (v - vs[j]!)) / (vs[i]! - vs[j]!)) odd = !odd;
    }
    return odd;
  };
}
