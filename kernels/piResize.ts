import { resizeImage, type PixelArray } from './resizeImage.js';

/**
 * FlexiViT's PI-resize of patch-embedding weights (arXiv 2212.08013, section 3.4; specs/vision-language.md 3): weights for patches of another size that give,
 * on patches resized bilinearly, what the old weights gave on the old patches: exactly for larger patches, as nearly as can be (least squares) for
 * smaller ones. With B the matrix of the resize, the new weights are pinv(B transposed) times the old ones, for each pair of channels alone.
 *
 * @param weights `[height, width, channels]`; channels are those of the picture times those of the embedding, interleaved, as a convolution's
 * `[height, width, in, out]` lies in memory
 * @throws RangeError for sizes that are no whole numbers above 0
 */
export function piResize({ width, height, data }: PixelArray<Float32Array>, to: { readonly width: number; readonly height: number }): PixelArray<Float32Array> {
  const channels = data.length / (width * height);
  const [down, along] = [piMatrix(height, to.height), piMatrix(width, to.width)];
  // The resize goes along each axis alone, so its pseudo-inverse does too.
  const rows = multiply(down, Float64Array.from(data), height, width * channels);
  const out = new Float32Array(to.height * to.width * channels);
  for (let y = 0; y < to.height; y += 1) {
    out.set(multiply(along, rows.subarray(y * width * channels, (y + 1) * width * channels), width, channels), y * to.width * channels);
  }
  return { width: to.width, height: to.height, data: out };
}

/** The bilinear resize of one axis (half-pixel centres, no antialiasing) as a matrix `[to, from]`, row by row. */
export function bilinearMatrix(from: number, to: number): Float64Array {
  const matrix = new Float64Array(to * from);
  for (let i = 0; i < from; i += 1) {
    const unit = Float32Array.from({ length: from }, (_, at) => (at === i ? 1 : 0));
    const { data } = resizeImage({ width: from, height: 1, data: unit }, { width: to, height: 1 });
    for (let o = 0; o < to; o += 1) matrix[o * from + i] = data[o] as number;
  }
  return matrix;
}

/**
 * pinv(B transposed) of the resize B of one axis, `[to, from]`: B (B'B)^-1 for larger sizes, (BB')^-1 B for smaller ones. B always has full rank: its
 * outputs' middles lie in order, at equal distances.
 */
export function piMatrix(from: number, to: number): Float64Array {
  const b = bilinearMatrix(from, to);
  const grows = to >= from;
  const [count, rows] = grows ? [from, transposed(b, to, from)] : [to, b];
  // `rows` is the wide one of B and B'; its Gram matrix is regular.
  const length = Math.max(from, to);
  const gram = new Float64Array(count * count);
  for (let i = 0; i < count; i += 1) {
    for (let j = 0; j < count; j += 1) {
      for (let k = 0; k < length; k += 1) gram[i * count + j] = (gram[i * count + j] as number) + (rows[i * length + k] as number) * (rows[j * length + k] as number);
    }
  }
  const solved = solve(gram, rows, count, length);
  return grows ? transposed(solved, count, length) : solved;
}

/** `matrix` `[n, count]` times `values` `[count, length]`. */
function multiply(matrix: Float64Array, values: Float64Array, count: number, length: number): Float64Array {
  const n = matrix.length / count;
  const out = new Float64Array(n * length);
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < count; k += 1) {
      const weight = matrix[i * count + k] as number;
      for (let j = 0; j < length; j += 1) out[i * length + j] = (out[i * length + j] as number) + weight * (values[k * length + j] as number);
    }
  }
  return out;
}

function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)] as number);
}

/** x of `matrix x = values`, by elimination; `matrix` is symmetric and positive definite, so no pivots need be chosen. */
function solve(matrix: Float64Array, values: Float64Array, count: number, length: number): Float64Array {
  const [a, x] = [matrix.slice(), values.slice()];
  for (let pivot = 0; pivot < count; pivot += 1) {
    for (let row = 0; row < count; row += 1) {
      if (row === pivot) continue;
      const factor = (a[row * count + pivot] as number) / (a[pivot * count + pivot] as number);
      for (let k = pivot; k < count; k += 1) a[row * count + k] = (a[row * count + k] as number) - factor * (a[pivot * count + k] as number);
      for (let k = 0; k < length; k += 1) x[row * length + k] = (x[row * length + k] as number) - factor * (x[pivot * length + k] as number);
    }
  }
  return x.map((value, at) => value / (a[Math.floor(at / length) * (count + 1)] as number));
}
