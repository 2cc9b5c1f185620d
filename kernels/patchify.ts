import type { Patches } from './patches.js';
import type { PixelArray } from './resizeImage.js';
import { SampleFault } from './sampleFault.js';

/**
 * Cut a picture into square patches, row by row: big_vision's `patchify` (specs/vision-language.md 1.2 NaFlex). Rows and columns of pixels that are left over at the
 * bottom and the right are dropped. Bytes give bytes, floats give floats.
 *
 * @throws SampleFault `image-smaller-than-patch` for a picture without a whole patch
 */
export function patchify({ width, height, data }: PixelArray, patchSize: number): Patches {
  const grid = [Math.floor(height / patchSize), Math.floor(width / patchSize)] as const;
  const count = grid[0] * grid[1];
  if (count === 0) throw new SampleFault('image-smaller-than-patch', `a picture of ${width} x ${height} pixels has no patch of ${patchSize} x ${patchSize}`);
  const channels = data.length / (width * height);
  const line = patchSize * channels;
  const out = data instanceof Uint8Array ? new Uint8Array(count * patchSize * line) : new Float32Array(count * patchSize * line);
  const rows = new Int32Array(count);
  const columns = new Int32Array(count);
  let to = 0;
  for (let patch = 0; patch < count; patch += 1) {
    const row = Math.floor(patch / grid[1]);
    const column = patch - row * grid[1];
    rows[patch] = row;
    columns[patch] = column;
    for (let y = row * patchSize; y < (row + 1) * patchSize; y += 1) {
      const from = (y * width + column * patchSize) * channels;
      out.set(data.subarray(from, from + line), to);
      to += line;
    }
  }
  return { count, width: patchSize * line, data: out, rows, columns, grid };
}
