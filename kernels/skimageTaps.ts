/**
 * One axis of scikit-image's antialiased resize as a banded matrix: output i is the sum over k of
 * `weights[i * width + k] * input[start[i] + k]`.
 */
export interface Taps {
  /** Inputs per output; rows with fewer carry zero weights. */
  readonly width: number;
  /** `[to]` first input index of each row; never decreases, and `start[i] + width <= from`. */
  readonly start: Int32Array;
  /** `[to, width]`, none below 0, each row sums to 1. */
  readonly weights: Float64Array;
}

/**
 * The weights that scikit-image's `resize(order=1, anti_aliasing=True, mode='reflect')` uses along an axis of `from` pixels made `to` long.
 *
 * Two linear steps, folded into one: when `from > to` a Gaussian of sigma = (factor - 1) / 2, factor = from / to, cut at 4 sigma; then linear
 * interpolation between pixel centres, at (i + 0.5) * factor - 0.5. Beyond an edge both read the mirror image (c b | a b c: the edge pixel is
 * not repeated). specs/detection.md 4.1; transformers' Owlv2 processor does the same through scipy. All weights being >= 0 with sum 1, the
 * clip to the input's range that the reference does afterwards can only take rounding away, so ours has none.
 */
export function skimageTaps(from: number, to: number): Taps {
  const factor = from / to;
  const gauss = gaussian(factor > 1 ? (factor - 1) / 2 : 0);
  const radius = (gauss.length - 1) / 2;
  const rows: { start: number; row: Float64Array }[] = [];
  let width = 1;
  for (let i = 0; i < to; i += 1) {
    const centre = (i + 0.5) * factor - 0.5;
    const low = Math.floor(centre);
    const part = centre - low;
    // Two smoothed neighbours of the centre. Mirroring folds the tails back, so the band stays inside [first, last].
    const first = Math.max(0, Math.min(low - radius, from - 1 - (radius + 1)));
    const last = Math.min(from - 1, Math.max(low + 1 + radius, radius + 1));
    const row = new Float64Array(last - first + 1);
    for (const [position, share] of [[low, 1 - part], [low + 1, part]] as const) {
      if (share === 0) continue;
      const middle = mirror(position, from);
      for (let k = -radius; k <= radius; k += 1) row[mirror(middle + k, from) - first]! += share * gauss[k + radius]!;
    }
    rows.push(trim(first, row));
    width = Math.max(width, rows[i]!.row.length);
  }
  const start = new Int32Array(to);
  const weights = new Float64Array(to * width);
  rows.forEach(({ start: first, row }, i) => {
    start[i] = Math.min(first, from - width);
    weights.set(row, i * width + first - start[i]!);
  });
  return { width, start, weights };
}

/** Normalised, 2 * radius + 1 long; radius = floor(4 sigma + 0.5), as scipy cuts it. */
function gaussian(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const kernel = new Float64Array(2 * radius + 1);
  let sum = 0;
  for (let k = -radius; k <= radius; k += 1) sum += kernel[k + radius] = radius === 0 ? 1 : Math.exp((-0.5 * k * k) / (sigma * sigma));
  return kernel.map((weight) => weight / sum);
}

/** Index `i` of the endless mirror image of n pixels whose edge pixels are not repeated: period 2n - 2. */
function mirror(i: number, n: number): number {
  if (n === 1) return 0;
  const period = 2 * n - 2;
  const folded = ((i % period) + period) % period;
  return folded < n ? folded : period - folded;
}

function trim(first: number, row: Float64Array): { start: number; row: Float64Array } {
  let low = 0;
  let high = row.length;
  while (high - low > 1 && row[low] === 0) low += 1;
  while (high - low > 1 && row[high - 1] === 0) high -= 1;
  return { start: first + low, row: row.subarray(low, high) };
}
