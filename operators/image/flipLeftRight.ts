import { checkNumber } from '../../engine/check.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { flipImage } from '../../kernels/flipImage.js';
import type { Picture, PixelsOf, Reshaped } from './picture.js';

export interface FlipLeftRightOptions {
  /** How often a picture is mirrored, 0 to 1. @default 0.5 */
  readonly probability?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'flipLeftRight' */
  readonly name?: string;
}

/**
 * Mirror `pixels` at random, drawn by (seed, stage, origin), so anew in each epoch: big_vision's `flip_lr` (specs/vision-language.md 1.2). Boxes and
 * captions are not touched.
 *
 * @throws UsageError when an option is out of range
 */
export function flipLeftRight<S extends Sample & Picture>({ probability = 0.5, name = 'flipLeftRight' }: FlipLeftRightOptions = {}): Stage<S, Reshaped<S>> {
  checkNumber(name, 'probability', probability, 0, 1);
  return mapSample<S, PixelsOf<S>>(name, (sample, { random }) => ({ pixels: random().bernoulli(probability) ? flipImage(sample.pixels) : sample.pixels }), { probability });
}
