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
  // Pictures differ in size, so this runs for each of them: a few flat arrays, no object for each row.
  const most = Math.min(from, 2 * radius + 2);
  const bands = new Float64Array(to * most);
  const firsts = new Int32Array(to);
  const lengths = new Int32Array(to);
  let width = 1;
  for (let i = 0; i < to; i += 1) {
    const centre = (i + 0.5) * factor - 0.5;
    const low = Math.floor(centre);
    const part = centre - low;
    // Two smoothed neighbours of the centre. Mirroring folds the tails back, so the band stays inside [first, first + most).
    let first = Math.max(0, Math.min(low - radius, from - 1 - (radius + 1)));
    const band = i * most - first;
    if (part !== 1) spread(gauss, mirror(low, from), 1 - part, bands, band, from);
    if (part !== 0) spread(gauss, mirror(low + 1, from), part, bands, band, from);
    let last = Math.min(from, first + most) - 1;
    while (first < last && bands[band + first] === 0) first += 1;
    while (first < last && bands[band + last] === 0) last -= 1;
    firsts[i] = first;
    lengths[i] = last - first + 1;
    width = Math.max(width, last - first + 1);
    bands.copyWithin(i * most, band + first, band + last + 1);
  }
  const start = new Int32Array(to);
  const weights = new Float64Array(to * width);
  for (let i = 0; i < to; i += 1) {
    start[i] = Math.min(firsts[i]!, from - width);
    const at = i * width + firsts[i]! - start[i]!;
    for (let k = 0; k < lengths[i]!; k += 1) weights[at + k] = bands[i * most + k]!;
  }
  return { width, start, weights };
}

/** Adds `share` of the kernel around input `middle` to a band of `bands`, in which input x stands at `band + x`. */
function spread(gauss: Float64Array, middle: number, share: number, bands: Float64Array, band: number, from: number): void {
  const radius = (gauss.length - 1) / 2;
  for (let k = -radius; k <= radius; k += 1) bands[band + mirror(middle + k, from)]! += share * gauss[k + radius]!;
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
  if (i >= 0 && i < n) return i;
  if (n === 1) return 0;
  const period = 2 * n - 2;
  const folded = ((i % period) + period) % period;
  return folded < n ? folded : period - folded;
}
