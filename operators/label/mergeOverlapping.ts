import { checkNumber } from '../../engine/check.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { mergeOverlapping as merge } from '../../kernels/mergeOverlapping.js';
import type { BoxAnnotations } from './boxAnnotations.js';

export interface MergeOverlappingOptions {
  /** Boxes that overlap by this IoU or more are one object, above 0 to 1. @default 0.9 (OWL-ViT's configs; the op's own default there is 0.95) */
  readonly minIou?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'mergeOverlapping' */
  readonly name?: string;
}

type Boxes = Pick<BoxAnnotations, 'boxesXyxy' | 'boxLabels'>;

/**
 * Make one box, with all their labels, of boxes that are as good as equal: an object that was labelled twice (scenic's `MergeOverlappingInstances`,
 * specs/detection.md 3). Which of two boxes stays is drawn, half and half. See `kernels/mergeOverlapping`.
 *
 * @throws UsageError when an option is out of range
 */
export function mergeOverlapping<S extends Sample & BoxAnnotations>({ minIou = 0.9, name = 'mergeOverlapping' }: MergeOverlappingOptions = {}): Stage<S, With<S, Boxes> & Sample> {
  checkNumber(name, 'minIou', minIou, Number.MIN_VALUE, 1);
  return mapSample<S, Boxes>(
    name,
    ({ boxesXyxy, boxLabels }, { random }) => {
      const draws = random();
      const { boxes, labels } = merge({ boxes: boxesXyxy, labels: boxLabels }, minIou, () => draws.bernoulli(0.5));
      return { boxesXyxy: boxes, boxLabels: labels };
    },
    { minIou },
  );
}
