import { checkInteger } from '../../engine/check.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { filterBoxes, type BoxAnnotations } from './boxAnnotations.js';

export interface LimitBoxesOptions {
  /** The first so many boxes stay. @default 100 (OWL-ViT) */
  readonly boxes?: number;
  /** The first so many negatives stay. @default 100 (OWL-ViT) */
  readonly negatives?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'limitBoxes' */
  readonly name?: string;
}

/**
 * Cut long lists of boxes and negatives: what comes first stays, of a mosaic so the tiles at the top (scenic's `CropOrPad` and `CropOrPadMetaData`,
 * specs/detection.md 2.3; they pad as well, which `detectionTargets` does here).
 *
 * Tally: `boxes over the limit`.
 *
 * @throws UsageError when an option is out of range
 */
export function limitBoxes<S extends Sample & BoxAnnotations>({ boxes = 100, negatives = 100, name = 'limitBoxes' }: LimitBoxesOptions = {}): Stage<S, With<S, BoxAnnotations> & Sample> {
  checkInteger(name, 'boxes', boxes, 0);
  checkInteger(name, 'negatives', negatives, 0);
  return mapSample<S, BoxAnnotations>(
    name,
    ({ boxesXyxy, boxLabels, negativeLabels }, { tally }) => {
      tally('boxes over the limit', Math.max(0, boxLabels.length - boxes));
      return filterBoxes({ boxesXyxy, boxLabels, negativeLabels: negativeLabels.slice(0, negatives) }, (box) => box < boxes);
    },
    { boxes, negatives },
  );
}
