import { stretched } from '../replay/stretched.js';

/** The ranges that pictures of floats usually have; the first that holds all values is shown from black to white, so that pictures of one row can be compared. */
const RANGES = [[0, 1], [-1, 1], [0, 255]] as const;

/** A picture's values as bytes: bytes as they are, floats by the usual range that they are in, others from their smallest to their largest. */
export function shownBytes(data: Uint8Array | Float32Array): Uint8Array {
  if (data instanceof Uint8Array) return data;
  const range = RANGES.find(([low, high]) => data.every((value) => value >= low && value <= high));
  return range === undefined ? stretched(data) : Uint8Array.from(data, (value) => Math.round(((value - range[0]) / (range[1] - range[0])) * 255));
}
