import { checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { cropBoxes } from '../../kernels/cropBoxes.js';
import { cropImage } from '../../kernels/cropImage.js';
import { inceptionCropBox } from '../../kernels/inceptionCropBox.js';
import { filterBoxes, type AnnotatedPixels, type BoxAnnotations, type Pixels } from './boxAnnotations.js';

export interface CropWithBoxesOptions {
  /** Width over height of the crop, from and to. @default [0.75, 1.33] (OWL-ViT) */
  readonly aspectRatios?: readonly [number, number];
  /** Share of the picture's area, from and to. @default [0.3, 1] (OWL-ViT) */
  readonly areas?: readonly [number, number];
  /** A box of which less than this share of its area is left goes. @default 0.6 (OWL-ViT's configs; the op's own default there is 0) */
  readonly minAreaLeft?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'cropWithBoxes' */
  readonly name?: string;
}

/**
 * Cut a random part out of `pixels`, with the boxes in it (scenic's `RandomCrop`, specs/detection.md 3): a part as `inceptionCropBox` draws it; boxes are cut at
 * its edges, and go when too little is left of them. Negatives stay. A picture may be left without boxes.
 *
 * Tally: `boxes cropped away`.
 *
 * @throws UsageError when an option is out of range
 */
export function cropWithBoxes<S extends Sample & Pixels & BoxAnnotations>({
  aspectRatios = [0.75, 1.33],
  areas = [0.3, 1],
  minAreaLeft = 0.6,
  name = 'cropWithBoxes',
}: CropWithBoxesOptions = {}): Stage<S, With<S, AnnotatedPixels<S['pixels']>> & Sample> {
  checkRange(name, 'aspectRatios', aspectRatios, 100);
  checkRange(name, 'areas', areas, 1);
  checkNumber(name, 'minAreaLeft', minAreaLeft, 0, 1);
  return mapSample<S, AnnotatedPixels<S['pixels']>>(
    name,
    ({ pixels, boxesXyxy, boxLabels, negativeLabels }, { random, tally }) => {
      const crop = inceptionCropBox(random(), pixels, { area: areas, ratio: aspectRatios });
      const { boxes, areaLeft } = cropBoxes(boxesXyxy, pixels, crop);
      const left = filterBoxes({ boxesXyxy: boxes, boxLabels, negativeLabels }, (box) => areaLeft[box]! > 0 && areaLeft[box]! >= minAreaLeft);
      tally('boxes cropped away', boxLabels.length - left.boxLabels.length);
      return { pixels: cropImage(pixels, crop) as S['pixels'], ...left };
    },
    { aspectRatios, areas, minAreaLeft },
  );
}

function checkRange(stage: string, option: string, [from, to]: readonly [number, number], most: number): void {
  if (!(from > 0 && from <= to && to <= most)) throw new UsageError(`${stage}: \`${option}\` must be [from, to] with 0 < from <= to <= ${most}, got [${from}, ${to}]`);
}
