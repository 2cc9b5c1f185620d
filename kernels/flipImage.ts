import type { PixelArray } from './resizeImage.js';

/** The picture mirrored: left becomes right. Bytes or floats, any number of channels. */
export function flipImage<D extends Uint8Array | Float32Array>({ width, height, data }: PixelArray<D>): PixelArray<D> {
  const out = (data instanceof Uint8Array ? new Uint8Array(data.length) : new Float32Array(data.length)) as D;
  const channels = data.length / (width * height);
  const line = width * channels;
  if (channels === 3) {
    for (let row = 0; row < data.length; row += line) flipColors(data, out, row, line);
    return { width, height, data: out };
  }
  for (let row = 0; row < data.length; row += line) {
    for (let from = row, to = row + line - channels; from < row + line; to -= 2 * channels) {
      for (const end = from + channels; from < end; from += 1, to += 1) out[to] = data[from] as number;
    }
  }
  return { width, height, data: out };
}

/** The same for three channels. */
function flipColors(data: Uint8Array | Float32Array, out: Uint8Array | Float32Array, row: number, line: number): void {
  for (let from = row, to = row + line - 3; from < row + line; from += 3, to -= 3) {
    out[to] = data[from]!;
    out[to + 1] = data[from + 1]!;
    out[to + 2] = data[from + 2]!;
  }
}
