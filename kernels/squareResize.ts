import type { RgbImage } from './rgbImage.js';
import { skimageTaps, type Taps } from './skimageTaps.js';

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
  const counts = tapCounts(taps, size);
  const inX = sharesInside(taps, size, width);
  const inY = sharesInside(taps, size, height);
  const line = 3 * size;
  const ring = new Float64Array(taps.width * line);
  const pixels = new Float64Array(3 * width);
  const sums = new Float64Array(line);
  let filtered = 0;
  for (let i = 0; i < size; i += 1) {
    const first = taps.start[i]!;
    const last = Math.min(first + counts[i]!, height);
    for (; filtered < last; filtered += 1) {
      // As doubles, because a copy converts many bytes at once and the loops one for each use.
      pixels.set(image.data.subarray(filtered * 3 * width, (filtered + 1) * 3 * width));
      filterRow(pixels, taps, counts, ring, (filtered % taps.width) * line);
    }
    sums.fill(0);
    for (let y = first; y < last; y += 2) {
      const weight = i * taps.width + y - first;
      const from = (y % taps.width) * line;
      if (y + 1 === last) addRow(sums, ring, from, taps.weights[weight]!);
      else addTwoRows(sums, ring, from, taps.weights[weight]!, ((y + 1) % taps.width) * line, taps.weights[weight + 1]!);
    }
    for (let c = 0; c < 3; c += 1) {
      const row = offset + (c * size + i) * size;
      const scale = 1 / (255 * std[c]!);
      const pad = padValue / std[c]!;
      const shift = pad - mean[c]! / std[c]!;
      const padInside = pad * inY[i]!;
      for (let j = 0; j < size; j += 1) target[row + j] = sums[3 * j + c]! * scale + shift - padInside * inX[j]!;
    }
  }
  return target;
}

/** A row of `[width, 3]` pixels, resized along x, as `[size, 3]` into `ring`, in single precision. Columns that see only padding become 0. */
function filterRow(pixels: Float64Array, { start, weights, width: most }: Taps, counts: Int32Array, ring: Float64Array, to: number): void {
  const width = pixels.length / 3;
  for (let j = 0; j < counts.length; j += 1) {
    const first = start[j]!;
    const count = Math.min(counts[j]!, width - first);
    let at = 3 * first;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let k = 0; k < count; k += 1) {
      const weight = weights[j * most + k]!;
      red += weight * pixels[at]!;
      green += weight * pixels[at + 1]!;
      blue += weight * pixels[at + 2]!;
      at += 3;
    }
    ring[to] = Math.fround(red);
    ring[to + 1] = Math.fround(green);
    ring[to + 2] = Math.fround(blue);
    to += 3;
  }
}

function addRow(sums: Float64Array, ring: Float64Array, from: number, weight: number): void {
  for (let x = 0; x < sums.length; x += 1) sums[x]! += weight * ring[from + x]!;
}

/** Two rows in one pass, added one after the other, so the sums are to the bit those of `addRow` twice. */
function addTwoRows(sums: Float64Array, ring: Float64Array, from: number, weight: number, from2: number, weight2: number): void {
  for (let x = 0; x < sums.length; x += 1) sums[x] = sums[x]! + weight * ring[from + x]! + weight2 * ring[from2 + x]!;
}

/** Of each output, how many weights there are before the zeros that fill up its row: about a quarter of the work is in those. */
function tapCounts({ weights, width }: Taps, size: number): Int32Array {
  const counts = new Int32Array(size).fill(width);
  for (let i = 0; i < size; i += 1) while (counts[i]! > 1 && weights[i * width + counts[i]! - 1] === 0) counts[i]! -= 1;
  return counts;
}

/** Of each output's weight, how much lies on the picture's own `length` pixels and not on padding. */
function sharesInside({ weights, start, width }: Taps, size: number, length: number): Float64Array {
  const shares = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    const inside = Math.min(width, length - start[i]!);
    for (let k = 0; k < inside; k += 1) shares[i]! += weights[i * width + k]!;
  }
  return shares;
}
