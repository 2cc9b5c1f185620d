import { counterRandom, type Random } from '../random.js';
import { OWN_COUNT, coverage, type Coverage, type Place } from './coverage.js';
import { shapes, type Shape } from './shapes.js';
import { colourNames, colours, sizeNames, sizes, type ColourName, type SizeName } from './words.js';

export type Rgb = readonly [number, number, number];

/** One object at its place. */
export interface PlacedObject {
  readonly shape: Shape;
  readonly colour: ColourName;
  readonly size: SizeName;
  readonly place: Place;
  readonly coverage: Coverage;
  /** Flat fill: the named colour with its jitter. */
  readonly fill: Rgb;
}

/** A thin line of clutter from (x0, y0) to (x1, y1). */
export interface Line {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly colour: Rgb;
}

/** Everything a picture is made of, before any pixel is painted. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** A linear gradient between two colours, at an angle in radians. */
  readonly background: { readonly from: Rgb; readonly to: Rgb; readonly angle: number };
  readonly lines: readonly Line[];
  /** Back to front. */
  readonly objects: readonly PlacedObject[];
  /** Per pixel the index of the topmost object that owns it, -1 for none. */
  readonly owner: Int8Array;
}

const OBJECT_COUNTS = [1, 2, 3, 4, 5, 6];
const OBJECT_COUNT_WEIGHTS = [0.15, 0.25, 0.25, 0.15, 0.12, 0.08];
const MAX_TRIES = 20;
const MIN_VISIBLE = 0.6;

/** The layout of scene `index` of the world `seed` (SHAPES_WORLD section 1, steps 1 to 4). */
export function sceneLayout(seed: number, index: number, balanced: boolean): Layout {
  const random = counterRandom('shapesWorld', seed, index, balanced ? 'balanced layout' : 'layout');
  const long = random.integer(96, 192);
  const short = random.integer(Math.max(64, Math.ceil(0.6 * long)), long);
  const [width, height] = random.bernoulli(0.5) ? [long, short] : [short, long];
  const background = { from: rgb(random, 150, 235), to: rgb(random, 150, 235), angle: random.range(0, 2 * Math.PI) };
  const lines = Array.from({ length: random.integer(0, 6) }, (): Line => ({
    x0: random.range(0, width - 1),
    y0: random.range(0, height - 1),
    x1: random.range(0, width - 1),
    y1: random.range(0, height - 1),
    colour: rgb(random, 80, 245),
  }));
  return { width, height, background, lines, ...placeObjects(random, width, height, balanced) };
}

function placeObjects(random: Random, width: number, height: number, balanced: boolean): Pick<Layout, 'objects' | 'owner'> {
  const frequencies = shapes.map((shape) => (balanced ? 1 : shape.frequency));
  const objects: PlacedObject[] = [];
  const owner = new Int8Array(width * height).fill(-1);
  const areas: number[] = [];
  const visible: number[] = [];
  const count = random.weighted(OBJECT_COUNTS, OBJECT_COUNT_WEIGHTS);
  for (let n = 0; n < count; n++) {
    const shape = random.weighted(shapes, frequencies);
    const colour = random.choice(colourNames);
    const size = random.weighted(sizeNames, sizeNames.map((name) => sizes[name].probability));
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const place = drawPlace(random, shape, size, width, height);
      const covered = coverage(shape, place, width, height);
      const own = ownPixels(covered, width);
      // What every earlier object would keep: pixels that the new one takes are lost to their owner.
      const left = [...visible];
      for (const pixel of own) if (owner[pixel]! >= 0) left[owner[pixel]!]!--;
      if (left.some((pixels, i) => pixels < MIN_VISIBLE * areas[i]!)) continue;
      for (const pixel of own) owner[pixel] = objects.length;
      left.forEach((pixels, i) => (visible[i] = pixels));
      areas.push(own.length);
      visible.push(own.length);
      const [r, g, b] = colours[colour];
      objects.push({ shape, colour, size, place, coverage: covered, fill: [jitter(random, r), jitter(random, g), jitter(random, b)] });
      break;
    }
  }
  return { objects, owner };
}

function drawPlace(random: Random, shape: Shape, size: SizeName, width: number, height: number): Place {
  const [lo, hi] = sizes[size].diameter;
  const radius = (random.range(lo, hi) * Math.max(width, height)) / 2;
  const cx = random.range(radius, width - radius);
  const cy = random.range(radius, height - radius);
  return { cx, cy, radius, degrees: random.range(-shape.tiltDegrees, shape.tiltDegrees) };
}

/** Canvas indices of the pixels that a shape covers at least by half. */
function ownPixels({ x, y, width, counts }: Coverage, canvasWidth: number): number[] {
  const pixels: number[] = [];
  counts.forEach((count, at) => {
    if (count >= OWN_COUNT) pixels.push((y + Math.floor(at / width)) * canvasWidth + x + (at % width));
  });
  return pixels;
}

function rgb(random: Random, lo: number, hi: number): Rgb {
  return [random.range(lo, hi), random.range(lo, hi), random.range(lo, hi)];
}

function jitter(random: Random, channel: number): number {
  return Math.min(255, Math.max(0, channel + random.integer(-18, 18)));
}
