import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { canonicalizeLabel } from '../../kernels/labels/canonicalizeLabel.js';
import type { BoxAnnotations } from './boxAnnotations.js';

export interface CanonicalizeLabelsOptions {
  /** The stage's name, where it stands more than once in a pipeline. @default 'canonicalizeLabels' */
  readonly name?: string;
}

/**
 * Bring the labels of boxes and the negatives into OWL-ViT's standard form (scenic's `CanonicalizeTextLabels`, specs/detection.md 3): see
 * `canonicalizeLabel`. It erases letters outside a-z; a label of which nothing is left is `''`, which no query asks for.
 */
export function canonicalizeLabels<S extends Sample & BoxAnnotations>({ name = 'canonicalizeLabels' }: CanonicalizeLabelsOptions = {}): Stage<
  S,
  With<S, Pick<BoxAnnotations, 'boxLabels' | 'negativeLabels'>> & Sample
> {
  return mapSample<S, Pick<BoxAnnotations, 'boxLabels' | 'negativeLabels'>>(name, ({ boxLabels, negativeLabels }) => ({
    boxLabels: boxLabels.map((labels) => labels.map(canonicalizeLabel)),
    negativeLabels: negativeLabels.map(canonicalizeLabel),
  }));
}
