/**
 * The indices of `scores`, best first; equal scores keep their order, so the result does not depend on the sort.
 *
 * @throws RangeError for a NaN, which has no place in an order
 */
export function orderByScore(scores: ArrayLike<number>): Int32Array {
  const order = new Int32Array(scores.length);
  for (let i = 0; i < order.length; i += 1) {
    if (Number.isNaN(scores[i])) throw new RangeError(`scores[${i}] is NaN; scores must be numbers that can be ranked`);
    order[i] = i;
  }
  // Not b - a: that is NaN for two infinite scores of one sign.
  return order.toSorted((i, j) => (scores[i]! < scores[j]! ? 1 : scores[i]! > scores[j]! ? -1 : i - j));
}
