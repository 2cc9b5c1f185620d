import { checkNumber } from '../../engine/check.js';
import { perSample } from '../../engine/perSample.js';
import { tombstone, type Sample } from '../../engine/sample.js';
import { stage, type Stage } from '../../engine/stage.js';
import { keepBoxes as judgeBoxes, type KeepBoxesOptions as Thresholds } from '../../kernels/labels/keepBoxes.js';
import { survivorsPerThreshold } from '../../kernels/labels/survivorsPerThreshold.js';

/** `minScore` (0.1: a box stays from it up) and `minBestScore` (0.3: a picture stays above it) are those of the paper. */
export interface KeepBoxesOptions extends Thresholds {
  /** For each of these, count the pictures whose best box scores more. @default [0.1, 0.3, 0.5, 0.7] (the paper's figure 3) */
  readonly survivorThresholds?: readonly number[];
  /** The stage's name, where it stands more than once in a pipeline. @default 'keepBoxes' */
  readonly name?: string;
}

/**
 * Keep the boxes that score at least `minScore`, and the samples whose best box scores strictly more than `minBestScore` (OWL-ST, arXiv
 * 2306.09683, section 4.4 and figure A2). Boxes keep their order; a sample that goes leaves a tombstone with the threshold in its reason.
 *
 * ```ts
 * keepBoxes({ minScore: 0.1, minBestScore: 0.3 })
 * ```
 *
 * Tallies, for the meter and the mark of each lane: `pictures`, `pictures above 0.1` and so on for each of `survivorThresholds` (judged on the
 * boxes that came, so the table of figure 3 comes out of any run), `boxes before`, `boxes after` (of the samples that stay).
 *
 * @throws UsageError when a threshold is not within 0 to 1
 */
export function keepBoxes<S extends Sample & { readonly boxes: readonly { readonly score: number }[] }>({
  minScore = 0.1,
  minBestScore = 0.3,
  survivorThresholds = [0.1, 0.3, 0.5, 0.7],
  name = 'keepBoxes',
}: KeepBoxesOptions = {}): Stage<S, S> {
  checkNumber(name, 'minScore', minScore, 0, 1);
  checkNumber(name, 'minBestScore', minBestScore, 0, 1);
  survivorThresholds.forEach((threshold, place) => checkNumber(name, `survivorThresholds[${place}]`, threshold, 0, 1));
  return stage<S, S>({
    name,
    arity: 'filter',
    options: { minScore, minBestScore, survivorThresholds },
    connect: (context) =>
      perSample(context, (sample) => {
        const { kept, boxes, bestScore } = judgeBoxes(sample.boxes, { minScore, minBestScore });
        const survives = survivorsPerThreshold([bestScore], survivorThresholds);
        context.tally('pictures');
        survivorThresholds.forEach((threshold, place) => context.tally(`pictures above ${threshold}`, survives[place]!));
        context.tally('boxes before', sample.boxes.length);
        context.tally('boxes after', boxes.length);
        return kept ? { ...sample, boxes } : tombstone(sample, { stage: context.name, reason: `no box above ${minBestScore}`, kind: 'filtered' });
      }),
  });
}
