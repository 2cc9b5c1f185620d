import type { Random } from '../random.js';
import type { RgbImage } from '../rgbImage.js';
import { SUB_SAMPLES } from './coverage.js';
import type { Layout, Line, PlacedObject } from './layout.js';
import { turn } from './turn.js';

/** Noise amplitude: U(-8, 8) on every channel. */
const NOISE = 8;

/** Paints a layout: background, clutter, objects back to front, noise (SHAPES_WORLD section 1, steps 2 to 5). */
export function drawLayout(layout: Layout, random: Random): RgbImage {
  const { width, height } = layout;
  const canvas = new Float32Array(width * height * 3);
  paintBackground(canvas, layout);
  for (const line of layout.lines) paintLine(canvas, width, line);
  for (const object of layout.objects) paintObject(canvas, width, object);
  const data = new Uint8Array(canvas.length);
  for (let i = 0; i < data.length; i++) {
    const value = Math.floor(canvas[i]! + (2 * random.uniform32() - 1) * NOISE + 0.5);
    data[i] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
  return { width, height, data };
}

/** A linear function of x and y has its extremes in the corners: (s + limit) / (2 limit) runs from 0 to 1. */
function paintBackground(canvas: Float32Array, { width, height, background: { from, to, angle } }: Layout): void {
  const { cos, sin } = turn(angle);
  const limit = Math.abs(cos) + Math.abs(sin);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const s = sin * ((2 * y) / (height - 1) - 1) + limit;
    for (let x = 0; x < width; x++) {
      const g = (s + cos * ((2 * x) / (width - 1) - 1)) / (2 * limit);
      for (let channel = 0; channel < 3; channel++) canvas[at++] = from[channel]! + (to[channel]! - from[channel]!) * g;
    }
  }
}

function paintLine(canvas: Float32Array, width: number, { x0, y0, x1, y1, colour }: Line): void {
  const steps = Math.floor(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))) + 1;
  for (let k = 0; k <= steps; k++) {
    const x = Math.floor(x0 + ((x1 - x0) * k) / steps + 0.5);
    const y = Math.floor(y0 + ((y1 - y0) * k) / steps + 0.5);
    canvas.set(colour, (y * width + x) * 3);
  }
}

function paintObject(canvas: Float32Array, canvasWidth: number, { coverage: { x, y, width, counts }, fill }: PlacedObject): void {
  counts.forEach((count, place) => {
    if (count === 0) return;
    const at = ((y + Math.floor(place / width)) * canvasWidth + x + (place % width)) * 3;
    for (let channel = 0; channel < 3; channel++) {
      canvas[at + channel]! += (count / SUB_SAMPLES) * (fill[channel]! - canvas[at + channel]!);
    }
  });
}
