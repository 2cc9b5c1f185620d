import { UsageError } from '../../engine/errors.js';
import type { SafeTensor } from '../../formats/safetensors/safetensors.js';

/**
 * The weights between two trainings of one model: `(1 - share) first + share second`, weight by weight. OWLv2 so joins self-trained and fine-tuned weights, with a share of
 * the second of 0.5 (B/16) and 0.4 (L/14) in its public checkpoints (arXiv 2306.09683, section 4.5; specs/detection.md 2.2).
 *
 * @throws UsageError when the two are not of one model, naming the first weight that differs
 */
export function ensembleWeights(first: ReadonlyMap<string, SafeTensor>, second: ReadonlyMap<string, SafeTensor>, share: number): ReadonlyMap<string, SafeTensor> {
  if (!(share >= 0 && share <= 1)) throw new UsageError(`ensembleWeights: \`share\` must be a number from 0 to 1, got ${share}`);
  const only = [...second.keys()].find((name) => !first.has(name));
  if (only !== undefined) throw new UsageError(`ensembleWeights: the first model has no weight ${only}`);
  return new Map(
    [...first].map(([name, { shape, data }]) => {
      const other = second.get(name);
      if (other === undefined || other.shape.join() !== shape.join()) throw new UsageError(`ensembleWeights: ${name} is [${shape.join(', ')}] in the first model and ${other === undefined ? 'missing' : `[${other.shape.join(', ')}]`} in the second`);
      return [name, { shape, data: Float32Array.from(data, (value, at) => (1 - share) * value + share * (other.data[at] as number)) }];
    }),
  );
}
