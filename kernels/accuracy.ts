/**
 * The share of examples whose largest score is at a class that its labels name (are above 0), among those of weight above 0. Of equal scores the first counts.
 *
 * @param scores `[n, classes]`
 * @param labels `[n, classes]`
 * @param weights `[n]`
 */
export function accuracy(scores: Float32Array, labels: Float32Array, weights: Float32Array, classes: number): number {
  let [right, count] = [0, 0];
  for (let example = 0; example < weights.length; example += 1) {
    if ((weights[example] as number) <= 0) continue;
    let best = 0;
    for (let label = 1; label < classes; label += 1) if ((scores[example * classes + label] as number) > (scores[example * classes + best] as number)) best = label;
    count += 1;
    if ((labels[example * classes + best] as number) > 0) right += 1;
  }
  return count === 0 ? 0 : right / count;
}
