import type { RgbImage } from './rgbImage.js';
import { skimageTaps } from './skimageTaps.js';

export interface SquareResizeOptions {
  /** Side of the output, in pixels. */
  readonly size: number;
  /** What the padding holds, 0 to 1, before `mean` and `std`. @default 0 */
  readonly padValue?: number;
  /** Per channel, subtracted from values in 0 to 1. @default [0, 0, 0] */
  readonly mean?: readonly number[];
  /** Per channel, divides afterwards. @default [1, 1, 1] */
  readonly std?: readonly number[];
}

/**
 * A picture as a square float tensor: pad bottom and right to a square, resize with antialiasing, normalise.
 *
 * The same as `/255 -> pad to max(width, height) -> skimage resize -> (x - mean) / std -> [3, size, size]` of transformers' Owlv2 processor
 * (specs/detection.md 4.1), in one pass: one axis after the other, with the padding never made. A padded pixel's share of an output is
 * known from the weights alone, because with weights that sum to 1 the result is pad + weights x (picture - pad). Sums are in double
 * precision; agrees with the reference to about 1e-6. Memory beside the output: as many rows of size * 3 floats as the kernel is tall.
 *
 * @param out where `[3, size, size]` is written, from `offset` on; made when not given
 */
export function squareResize(image: RgbImage, options: SquareResizeOptions, out?: Float32Array, offset = 0): Float32Array {
  const { size, padValue = 0, mean = [0, 0, 0], std = [1, 1, 1] } = options;
  const { width, height } = image;
  if (width < 1 || height < 1 || image.data.length !== width * height * 3) {
    throw new RangeError(`squareResize: a picture of ${width} x ${height} needs ${width * height * 3} bytes of RGB (at least 3), got ${image.data.length}`);
  }
  const target = out ?? new Float32Array(3 * size * size);
  if (target.length < offset + 3 * size * size) {
    throw new RangeError(`squareResize: [3, ${size}, ${size}] at offset ${offset} does not fit into out, which holds ${target.length} values`);
  }
  const taps = skimageTaps(Math.max(width, height), size);
  const inX = sharesInside(taps, size, width);
  const inY = sharesInside(taps, size, height);
  const line = 3 * size;
  const ring = new Float32Array(taps.width * line);
  const sums = new Float64Array(line);
  let filtered = 0;
  for (let i = 0; i < size; i += 1) {
    const first = taps.start[i]!;
    const last = Math.min(first + taps.width, height);
    for (; filtered < last; filtered += 1) filterRow(image, filtered, taps, size, ring, (filtered % taps.width) * line);
    sums.fill(0);
    for (let y = first; y < last; y += 1) {
      const weight = taps.weights[i * taps.width + y - first]!;
      const from = (y % taps.width) * line;
      for (let x = 0; x < line; x += 1) sums[x]! += weight * ring[from + x]!;
    }
    for (let c = 0; c < 3; c += 1) {
      const row = offset + (c * size + i) * size;
      const scale = 1 / (255 * std[c]!);
      const pad = padValue / std[c]!;
      const shift = pad - mean[c]! / std[c]!;
      const padInside = pad * inY[i]!;
      for (let j = 0; j < size; j += 1) target[row + j] = sums[c * size + j]! * scale + shift - padInside * inX[j]!;
    }
  }
  return target;
}

/** Row `y` of the picture, resized along x, as `[3, size]` into `ring`. Columns that see only padding stay 0. */
function filterRow(image: RgbImage, y: number, taps: ReturnType<typeof skimageTaps>, size: number, ring: Float32Array, to: number): void {
  const { width, data } = image;
  for (let j = 0; j < size; j += 1) {
    const first = taps.start[j]!;
    const count = Math.min(taps.width, width - first);
    let w = j * taps.width;
    let at = (y * width + first) * 3;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let k = 0; k < count; k += 1) {
      const weight = taps.weights[w]!;
      red += weight * data[at]!;
      green += weight * data[at + 1]!;
      blue += weight * data[at + 2]!;
      w += 1;
      at += 3;
    }
    ring[to + j] = red;
    ring[to + size + j] = green;
    ring[to + 2 * size + j] = blue;
  }
}

/** Of each output's weight, how much lies on the picture's own `length` pixels and not on padding. */
function sharesInside(taps: ReturnType<typeof skimageTaps>, size: number, length: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => {
    let share = 0;
    for (let k = 0; k < Math.min(taps.width, length - taps.start[i]!); k += 1) share += taps.weights[i * taps.width + k]!;
    return share;
  });
}
