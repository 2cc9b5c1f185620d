/**
 * Retrieval: the share of rows of `queries` whose own row of `targets` is among the `k` with the largest inner product. A target that scores the same as the
 * own one counts as before it, so that features which are all alike retrieve nothing.
 *
 * @param queries `[n, width]`
 * @param targets `[n, width]`; row i belongs to query i
 */
export function recallAt(queries: Float32Array, targets: Float32Array, width: number, k: number): number {
  const count = queries.length / width;
  if (!Number.isInteger(count) || targets.length !== queries.length || count === 0) throw new RangeError(`recallAt: needs as many queries as targets of ${width} values, got ${queries.length} and ${targets.length} values`);
  const product = (i: number, j: number): number => {
    let sum = 0;
    for (let at = 0; at < width; at += 1) sum += (queries[i * width + at] as number) * (targets[j * width + at] as number);
    return sum;
  };
  let found = 0;
  for (let i = 0; i < count; i += 1) {
    const own = product(i, i);
    let before = 0;
    for (let j = 0; j < count && before < k; j += 1) if (j !== i && product(i, j) >= own) before += 1;
    if (before < k) found += 1;
  }
  return found / count;
}
