import { checkInteger } from '../../engine/check.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { detectionTargets as targetsOf, type DetectionTargets } from '../../kernels/detectionTargets.js';
import { trainingQueries } from '../../kernels/labels/trainingQueries.js';
import type { BoxAnnotations } from './boxAnnotations.js';

export interface DetectionTargetsOptions {
  /** Rows of boxes; more are cut. @default 100 (OWL-ViT) */
  readonly maxBoxes?: number;
  /** Queries of a picture, the padding query included; more are cut, negatives before labels. @default 100 (OWL-ViT) */
  readonly maxQueries?: number;
  /** @default true (OWL-ViT) */
  readonly includeNegatives?: boolean;
  /** The stage's name, where it stands more than once in a pipeline. @default 'detectionTargets' */
  readonly name?: string;
}

/** What `detectionTargets` adds: fixed shapes, so that samples can be stacked. */
export interface DetectionTargetFields extends DetectionTargets {
  /** `[maxQueries]` texts: `''` for padding, first and at the end. A tokenizer and the text tower make `[maxQueries, width]` of them. */
  readonly queries: readonly string[];
}

/**
 * Annotations as a detector's loss takes them (scenic's `SingleToMultiLabel`, `AddQuerySet` and `ConvertToScenic`, specs/detection.md 3): adds `queries`,
 * `boxesCxcywh` `[maxBoxes, 4]` (centre and size, relative) and `boxQueries` `[maxBoxes, maxQueries]` (0 or 1; column 0 marks rows without a box).
 * A box none of whose labels is among the queries is left out.
 *
 * The other side of it, for a trainer: `kernels/matchTargets`, `kernels/focalLoss`, `kernels/giou`. Column 0 is no class there: leave it out.
 *
 * @throws UsageError when an option is out of range
 */
export function detectionTargets<S extends Sample & BoxAnnotations>({
  maxBoxes = 100,
  maxQueries = 100,
  includeNegatives = true,
  name = 'detectionTargets',
}: DetectionTargetsOptions = {}): Stage<S, With<S, DetectionTargetFields> & Sample> {
  checkInteger(name, 'maxBoxes', maxBoxes, 1);
  checkInteger(name, 'maxQueries', maxQueries, 2);
  return mapSample<S, DetectionTargetFields>(
    name,
    ({ boxesXyxy, boxLabels, negativeLabels }) => {
      const { queries, boxQueries } = trainingQueries(boxLabels, negativeLabels, { maxQueries, includeNegatives });
      return { queries, ...targetsOf(boxesXyxy, boxQueries, { maxBoxes, maxQueries }) };
    },
    { maxBoxes, maxQueries, includeNegatives },
  );
}
