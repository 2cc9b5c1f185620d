import type { CropBox } from './cropImage.js';
import type { Random } from './random.js';
import { roundHalfEven } from './roundHalfEven.js';
import type { Sides } from './scaledSides.js';

export interface InceptionCropRange {
  /** Least and largest area, as shares of the picture, above 0 to 1. */
  readonly area: readonly [least: number, most: number];
  /** Least and largest width over height. */
  readonly ratio: readonly [least: number, most: number];
}

const ATTEMPTS = 100;

/**
 * A box as TensorFlow's `sample_distorted_bounding_box` draws it, which is what the papers' `inception_crop` and scenic's RandomCrop use
 * (specs/vision-language.md 1.2): the ratio is uniform, then the **height** is uniform among those that the areas allow, so areas are not; the
 * last place at the right and at the bottom is never taken unless the box is as long as the picture. 100 attempts, then the whole picture. Areas and ratios in
 * float32, as there.
 */
export function inceptionCropBox(random: Random, image: Sides, { area: [least, most], ratio: [narrow, wide] }: InceptionCropRange): CropBox {
  const f = Math.fround;
  const areaOf = (share: number): number => f(f(f(share) * image.width) * image.height);
  const [leastArea, mostArea] = [areaOf(least), areaOf(most)];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const ratio = f(f(narrow) + f(f(wide - narrow) * f(random.uniform32())));
    const widthAt = (height: number): number => roundHalfEven(f(height * ratio));
    const heightAt = (area: number): number => roundHalfEven(f(Math.sqrt(f(area / ratio))));
    let tallest = heightAt(mostArea);
    if (widthAt(tallest) > image.width) {
      tallest = Math.trunc((image.width + 0.5 - 1e-7) / ratio);
      if (widthAt(tallest) > image.width) tallest -= 1;
    }
    tallest = Math.min(tallest, image.height);
    const lowest = Math.min(heightAt(leastArea), tallest);
    let height = lowest === tallest ? lowest : random.integer(lowest, tallest);
    // Rounding may have carried the box over a limit; one pixel more or less often mends it.
    if (widthAt(height) * height < leastArea) height += 1;
    if (widthAt(height) * height > mostArea) height -= 1;
    const width = widthAt(height);
    const area = width * height;
    if (area < leastArea || area > mostArea || width < 1 || height < 1 || width > image.width || height > image.height) continue;
    return { x: placeOf(random, image.width - width), y: placeOf(random, image.height - height), width, height };
  }
  return { x: 0, y: 0, width: image.width, height: image.height };
}

function placeOf(random: Random, room: number): number {
  return room === 0 ? 0 : random.integer(0, room - 1);
}
