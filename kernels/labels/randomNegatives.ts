/**
 * Labels to look for that are not in the picture (scenic's `AddRandomNegativeLabels`, specs/detection.md 3): the picture's own negatives, then of
 * `candidates`, in their order, those that are none of its positives; each once, none empty, `total` in all unless its own are more.
 *
 * Its own negatives are not held against its positives, as in the reference.
 */
export function randomNegatives(positives: Iterable<string>, own: readonly string[], candidates: Iterable<string>, total: number): string[] {
  const present = new Set(positives);
  const negatives = new Set(own.filter((label) => label !== ''));
  const limit = Math.max(total, negatives.size);
  for (const label of candidates) {
    if (negatives.size >= limit) break;
    if (label !== '' && !present.has(label)) negatives.add(label);
  }
  return [...negatives];
}
