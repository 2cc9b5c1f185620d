import { checkNumber } from '../../engine/check.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { flipBoxes } from '../../kernels/flipBoxes.js';
import { flipImage } from '../../kernels/flipImage.js';
import type { DecodedImage } from '../image/decodeImage.js';
import type { BoxAnnotations } from './boxAnnotations.js';

export interface FlipWithBoxesOptions {
  /** How often a picture is mirrored, 0 to 1. @default 0.5 (OWL-ViT) */
  readonly probability?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'flipWithBoxes' */
  readonly name?: string;
}

type Flipped = DecodedImage & Pick<BoxAnnotations, 'boxesXyxy'>;

/**
 * Mirror `pixels` and the boxes in them at random: one draw for both (scenic's `RandomFlipLeftRight`, specs/detection.md 3). Labels that speak of left and
 * right are not touched.
 *
 * @throws UsageError when an option is out of range
 */
export function flipWithBoxes<S extends Sample & Flipped>({ probability = 0.5, name = 'flipWithBoxes' }: FlipWithBoxesOptions = {}): Stage<S, With<S, Flipped> & Sample> {
  checkNumber(name, 'probability', probability, 0, 1);
  return mapSample<S, Flipped>(
    name,
    ({ pixels, boxesXyxy }, { random }) => (random().bernoulli(probability) ? { pixels: flipImage(pixels), boxesXyxy: flipBoxes(boxesXyxy) } : { pixels, boxesXyxy }),
    { probability },
  );
}
