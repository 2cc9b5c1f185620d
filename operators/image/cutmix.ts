import type { Batch } from '../../engine/batch.js';
import { checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { perStep } from '../../engine/perStep.js';
import { sampleLabel, type Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { blend } from '../../kernels/blend.js';
import { cutBox } from '../../kernels/cutBox.js';
import { drawBeta } from '../../kernels/drawBeta.js';
import { pasteBox } from '../../kernels/pasteBox.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import { partnersOf } from './partnersOf.js';

export interface CutmixOptions<P extends string, L extends string> {
  /** Both parameters of the beta distribution that the part kept is drawn from. 0: nothing is cut. @default 1: uniform, the paper's */
  readonly alpha?: number;
  /** The field with the picture, in every sample of one size. @default 'pixels' */
  readonly picture?: P;
  /** Fields of floats that are mixed by area, in every sample of one length. @default ['labels'] */
  readonly labels?: readonly L[];
  /** The stage's name, where it stands more than once in a pipeline. @default 'cutmix' */
  readonly name?: string;
}

type CutmixSample<P extends string, L extends string> = Sample & { readonly [F in P]: PixelArray } & { readonly [F in L]: Float32Array };

/**
 * Cut a box out of the picture of every sample of a step, and fill it from the sample before it: CutMix (arXiv 1905.04899, section 3.1). After `batch`, and after
 * `oneHot`.
 *
 * One box for the whole step on all ranks, as the authors' code has one a batch: kept = a draw of Beta(alpha, alpha), the box's area 1 - kept, its middle
 * anywhere in the picture, clipped at the border. Labels are mixed by what the clipped box really covers: `labels = kept * labels + (1 - kept) * partner's`.
 * The partner is the sample before in what the lane gives to the step, the first one's is the last (the authors draw partners from the whole batch; a lane keeps
 * to itself, so that a step is the same for any number of ranks). A sample that is alone in its step stays as it is; padding takes no part.
 *
 * @throws UsageError when an option is out of range; when the stream opens, for a lane's share of fewer than 2; when it runs, for fields that differ in size
 */
export function cutmix<S extends CutmixSample<P, L>, const P extends string = 'pixels', const L extends string = 'labels'>({
  alpha = 1,
  picture = 'pixels' as P,
  labels = ['labels'] as readonly string[] as readonly L[],
  name = 'cutmix',
}: CutmixOptions<P, L> = {}): Stage<Batch<S>, Batch<S>> {
  checkNumber(name, 'alpha', alpha, 0, 1e6);
  const cut = (sample: CutmixSample<P, L>, partner: CutmixSample<P, L>, area: number, centre: readonly [number, number]): object => {
    const { width, height } = sample[picture] as PixelArray;
    const box = cutBox({ width, height, area, centre });
    const kept = 1 - ((box[2] - box[0]) * (box[3] - box[1])) / (width * height);
    try {
      return {
        [picture]: pasteBox(sample[picture] as PixelArray, partner[picture] as PixelArray, box),
        ...Object.fromEntries(labels.map((field) => [field, blend(sample[field] as Float32Array, partner[field] as Float32Array, kept)])),
      };
    } catch (error) {
      throw new UsageError(`${name}: ${sampleLabel(sample)} and ${sampleLabel(partner)} differ: ${(error as Error).message}; make them of one size before batch`, { cause: error });
    }
  };
  return perStep<S, object>(
    name,
    (samples, { random }) => {
      if (alpha === 0 || samples.length === 1) return samples.map(() => ({}));
      const draws = random();
      const area = 1 - drawBeta(draws, alpha, alpha);
      const centre = [draws.uniform(), draws.uniform()] as const;
      return partnersOf(samples).map(([sample, partner]) => cut(sample, partner, area, centre));
    },
    { minSamples: alpha === 0 ? 1 : 2, options: { alpha, picture, labels } },
  ) as unknown as Stage<Batch<S>, Batch<S>>;
}
