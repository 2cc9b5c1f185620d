/**
 * How many of `steps` each dataset gets when they are shared in proportion to `sizes`: whole numbers that add up, the largest remainders rounded up, of equal
 * ones the first (weighted task sampling in co-finetuning, specs/detection.md 5.4). Sizes as weights of `mix` are the same mixture sample by sample.
 */
export function taskSteps(sizes: readonly number[], steps: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (!(total > 0) || sizes.some((size) => !(size >= 0))) throw new RangeError(`taskSteps: sizes must be from 0 up and not all 0, got ${sizes.join(', ')}`);
  const exact = sizes.map((size) => (size / total) * steps);
  const counts = exact.map((share) => Math.floor(share + 1e-9));
  const left = steps - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = exact.map((share, i) => [share - counts[i]!, i] as const).toSorted(([a, i], [b, j]) => b - a || i - j);
  for (const [, i] of byRemainder.slice(0, left)) counts[i]! += 1;
  return counts;
}
