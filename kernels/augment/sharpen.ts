import type { RgbImage } from '../rgbImage.js';
import { float32Rows } from '../wasm/float32Rows.js';
import { rowRoom } from '../wasm/rowRoom.js';

/**
 * From a smoothed picture towards the picture, and beyond it for factors above 1: RandAugment's Sharpness (specs/vision-language.md 1.3). Smooth is
 * [[1, 1, 1], [1, 5, 1], [1, 1, 1]] / 13 in float32, tap by tap, cut off; the outermost pixels stay as they are.
 */
export function sharpen({ width, height, data }: RgbImage, factor: number): RgbImage {
  const out = new Uint8Array(data);
  if (width < 3 || height < 3) return { width, height, data: out };
  const room = rowRoom();
  const [line, inside] = [3 * width, 3 * (width - 2)];
  const lines = [room.row(line), room.row(line), room.row(line)];
  const [packed, smooth, places] = [room.row(line), room.row(line), room.row(9)];
  const weights = room.table(Float32Array.from([1, 1, 1, 1, 5, 1, 1, 1, 1], (weight) => weight / 13));
  const [bytes, addresses] = [room.bytes(), new Int32Array(room.bytes().buffer)];
  for (let below = 0; below < height; below += 1) {
    bytes.set(data.subarray(below * line, (below + 1) * line), packed);
    float32Rows.fromBytes(lines[below % 3]!, packed, line);
    if (below < 2) continue;
    // The nine neighbours of a pixel are nine rows that begin a pixel apart.
    const neighbours = [below - 2, below - 1, below].flatMap((row) => [0, 12, 24].map((pixel) => lines[row % 3]! + pixel));
    addresses.set(neighbours, places / 4);
    float32Rows.sumDown(smooth, places, weights, 4 * 9, 4 * inside);
    float32Rows.toBytes(packed, smooth, inside);
    float32Rows.fromBytes(smooth, packed, inside);
    float32Rows.interpolateDown(smooth, smooth, lines[(below - 1) % 3]! + 12, factor, 4 * inside);
    float32Rows.toBytes(packed, smooth, inside);
    out.set(bytes.subarray(packed, packed + inside), (below - 1) * line + 3);
  }
  return { width, height, data: out };
}
