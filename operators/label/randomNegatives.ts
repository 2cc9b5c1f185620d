import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { withFields, type Sample, type With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import { randomNegatives as negativesOf } from '../../kernels/labels/randomNegatives.js';
import { laneShare } from '../flow/laneShare.js';
import type { BoxAnnotations } from './boxAnnotations.js';

export interface RandomNegativesOptions {
  /** Negatives of a sample, its own included, unless its own are more. @default 50 (OWL-ViT) */
  readonly total?: number;
  /** Samples of the whole run whose labels are drawn from; a lane holds window / lanes of them, two at least. */
  readonly window: number;
  /** Bytes that close a lane's window early. @default 64 MiB: 23 pictures of 960 x 960 bytes */
  readonly maxBytes?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'randomNegatives' */
  readonly name?: string;
}

type Negatives = Pick<BoxAnnotations, 'negativeLabels'>;

/**
 * Take labels of other samples as negatives: things to look for that are most likely not there (scenic's `AddRandomNegativeLabels`, specs/detection.md 3).
 *
 * From all labels and negatives of the other samples in the window, 2 x `total` are drawn, so frequent ones oftener; those that are no label of the sample
 * come behind its own negatives, each once, up to `total`. The reference draws from a queue of 100,000 labels that is empty at the start; here it is
 * the window, so a sample's negatives are a function of what is in it, and a small window has less to choose from. Samples keep their order.
 *
 * @throws UsageError when an option is out of range; when the run opens, for a window with fewer than two samples a lane
 */
export function randomNegatives<S extends Sample & BoxAnnotations>({ total = 50, window, maxBytes = 64 * 2 ** 20, name = 'randomNegatives' }: RandomNegativesOptions): Stage<
  S,
  With<S, Negatives> & Sample
> {
  checkInteger(name, 'total', total, 1);
  checkInteger(name, 'window', window, 2);
  const share = laneShare(name, window);
  return windowed<S, With<S, Negatives> & Sample>(
    name,
    (samples, { random }) => {
      const labels = samples.map(({ boxLabels, negativeLabels }) => [...boxLabels.flat(), ...negativeLabels].filter((label) => label !== ''));
      return samples.map((sample, place) => {
        const others = labels.flatMap((list, other) => (other === place ? [] : list));
        const candidates = random(place).shuffle(others).slice(0, 2 * total);
        return withFields(sample, { negativeLabels: negativesOf(sample.boxLabels.flat(), sample.negativeLabels, candidates, total) }) as unknown as With<S, Negatives> & Sample;
      });
    },
    {
      samples: (lanes) => {
        if (share(lanes) < 2) throw new UsageError(`${name}: with the \`window\` of ${window} samples a lane of ${lanes} has no other sample to draw from; make it ${2 * lanes} at least`);
        return share(lanes);
      },
      maxBytes,
      options: { total, window },
    },
  );
}
