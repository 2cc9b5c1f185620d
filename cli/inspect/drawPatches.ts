import { fillRect, type Rgb } from '../../kernels/draw.js';
import type { Patches } from '../../kernels/patches.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { shownBytes } from './shownBytes.js';

/** Where no patch is. */
const NOTHING: Rgb = [128, 128, 128];

/** Patches at their places; those that were dropped are grey, with a line around each. undefined where they are no squares of RGB. */
export function drawPatches({ count, width, data, rows, columns, grid }: Patches): RgbImage | undefined {
  const side = Math.sqrt(width / 3);
  if (!Number.isInteger(side) || side < 1) return undefined;
  const bytes = shownBytes(data);
  const canvas = { width: grid[1] * side, height: grid[0] * side, data: new Uint8Array(grid[0] * grid[1] * side * side * 3) };
  fillRect(canvas, [0, 0, canvas.width, canvas.height], NOTHING);
  for (let patch = 0; patch < count; patch += 1) {
    const [row, column] = [rows[patch] as number, columns[patch] as number];
    if (row >= grid[0] || column >= grid[1]) continue;
    for (let y = 0; y < side; y += 1) {
      const from = patch * width + y * side * 3;
      canvas.data.set(bytes.subarray(from, from + side * 3), ((row * side + y) * canvas.width + column * side) * 3);
    }
  }
  return canvas;
}

export function isPatches(value: unknown): value is Patches {
  if (typeof value !== 'object' || value === null) return false;
  const { count, width, data, rows, columns, grid } = value as Partial<Record<keyof Patches, unknown>>;
  return Number.isInteger(count) && Number.isInteger(width) && ArrayBuffer.isView(data) && rows instanceof Int32Array && columns instanceof Int32Array && Array.isArray(grid) && grid.length === 2;
}
