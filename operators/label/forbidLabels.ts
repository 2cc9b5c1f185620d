import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { forbiddenLabels } from '../../kernels/labels/forbiddenLabels.js';
import { filterBoxes, type BoxAnnotations } from './boxAnnotations.js';
import { describeList } from './describeList.js';

export interface ForbidLabelsOptions {
  /** The stage's name, where it stands more than once in a pipeline. @default 'forbidLabels' */
  readonly name?: string;
}

/**
 * Take labels out, so that they stay unseen in training: LVIS's rare classes and what is near to them, for instance (scenic's `RemoveForbiddenLabels`,
 * specs/detection.md 3). A box without a label left goes, a negative goes; the sample stays. Equality is that of `forbiddenLabels`: case, dashes
 * and the marker `#` do not count.
 *
 * Tally: `boxes forbidden`.
 */
export function forbidLabels<S extends Sample & BoxAnnotations>(labels: Iterable<string>, { name = 'forbidLabels' }: ForbidLabelsOptions = {}): Stage<S, With<S, BoxAnnotations> & Sample> {
  const list = [...labels];
  const forbidden = forbiddenLabels(list);
  return mapSample<S, BoxAnnotations>(
    name,
    ({ boxesXyxy, boxLabels, negativeLabels }, { tally }) => {
      const allowed = boxLabels.map((own) => own.filter((label) => !forbidden(label)));
      const left = filterBoxes({ boxesXyxy, boxLabels: allowed, negativeLabels: negativeLabels.filter((label) => !forbidden(label)) }, (box) => allowed[box]!.length > 0);
      tally('boxes forbidden', boxLabels.length - left.boxLabels.length);
      return left;
    },
    { labels: describeList(list.toSorted()) },
  );
}
