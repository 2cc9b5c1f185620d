import { checkInteger } from '../../engine/check.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { oneHot as encode, type OneHot } from '../../kernels/oneHot.js';

/** What `oneHot` adds. */
export interface EncodedLabels {
  readonly labels: Float32Array;
}

export interface OneHotOptions extends OneHot {
  /** The stage's name, where it stands more than once in a pipeline. @default 'oneHot' */
  readonly name?: string;
}

/**
 * `label`, a class number or several, becomes `labels`: float32 `[depth]`, or `[n, depth]` for several labels with `multi: false`. big_vision's `onehot`
 * (specs/vision-language.md 1.2).
 *
 * @throws UsageError when `depth` is no number of classes
 */
export function oneHot<S extends Sample & { readonly label: number | readonly number[] }>({ name = 'oneHot', ...options }: OneHotOptions): Stage<S, With<S, EncodedLabels> & Sample> {
  checkInteger(name, 'depth', options.depth, 1);
  return mapSample<S, EncodedLabels>(name, (sample) => ({ labels: encode(sample.label, options) }), options);
}
