import { checkNumber } from '../../engine/check.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { boxesOfJson, type BoxesOfJsonOptions } from '../../kernels/boxesOfJson.js';
import type { BoxAnnotations } from './boxAnnotations.js';

/** `minScore` (0) and `removeCrowds` (false) are those of `boxesOfJson`. */
export interface ParseBoxesOptions extends BoxesOfJsonOptions {
  /** The stage's name, where it stands more than once in a pipeline. @default 'parseBoxes' */
  readonly name?: string;
}

/**
 * `annotations`, JSON as `BoxJson` of `kernels/boxesOfJson.ts` describes it (what `pipelines/owl-st.ts` writes is such), becomes `boxesXyxy`, `boxLabels`
 * and `negativeLabels`. The picture itself is not needed, so it stands before decoding, and a shuffle holds small things.
 *
 * ```ts
 * readTar(url, { fields: { image, annotations: json('json') } }), parseBoxes({ minScore: 0.3 })
 * ```
 *
 * Annotations of another form go to quarantine, `boxes-invalid`, with the place in them.
 *
 * @throws UsageError when an option is out of range
 */
export function parseBoxes<S extends Sample & { readonly annotations: unknown }>({ minScore = 0, removeCrowds = false, name = 'parseBoxes' }: ParseBoxesOptions = {}): Stage<
  S,
  With<S, BoxAnnotations> & Sample
> {
  checkNumber(name, 'minScore', minScore, 0, 1);
  return mapSample<S, BoxAnnotations>(name, ({ annotations }) => boxesOfJson(annotations, { minScore, removeCrowds }), { minScore, removeCrowds });
}
