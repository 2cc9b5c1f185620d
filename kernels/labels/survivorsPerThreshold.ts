/**
 * How many pictures each threshold would keep, so that a run can tabulate the trade of quantity against quality (arXiv 2306.09683, figure 3:
 * 5 B, 2 B, 782 M and 224 M at the default thresholds). A picture survives when its best score is strictly above the threshold, as in `keepBoxes`.
 *
 * @returns one count per threshold, in their order
 */
export function survivorsPerThreshold(bestScores: ArrayLike<number>, thresholds: readonly number[] = [0.1, 0.3, 0.5, 0.7]): number[] {
  const counts = thresholds.map(() => 0);
  for (let i = 0; i < bestScores.length; i++) {
    thresholds.forEach((threshold, place) => {
      if (bestScores[i]! > threshold) counts[place]!++;
    });
  }
  return counts;
}
