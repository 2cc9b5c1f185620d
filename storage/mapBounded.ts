/** Enough requests at once to hide the latency of an object store (10,000 names at 30 ms: 10 s); a guess, not measured. */
const CALLS_AT_ONCE = 32;

/** `map` over small requests of a store, a bounded number at a time; the results are in the order of the items. */
export async function mapBounded<T, R>(items: readonly T[], call: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += CALLS_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + CALLS_AT_ONCE).map(call))));
  }
  return results;
}
