import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import { valueRange as rangeOf, type ValueRange } from '../../kernels/valueRange.js';
import type { DecodedImage } from './decodeImage.js';

/** What `valueRange` makes of the pixels. */
export interface FloatImage {
  readonly pixels: PixelArray<Float32Array>;
}

export interface ValueRangeOptions extends ValueRange {
  /** The stage's name, where it stands more than once in a pipeline. @default 'valueRange' */
  readonly name?: string;
}

/**
 * `pixels` of bytes become `pixels` of float32, `[height, width, 3]`: big_vision's `value_range(min, max, in_min, in_max, clip_values)`
 * (specs/vision-language.md 1.2). `valueRange(vggValueRange)` and `valueRange(clipValueRange)` are its two with mean and deviation.
 *
 * @throws UsageError when a list has not one value for each of three channels
 */
export function valueRange<S extends Sample & DecodedImage>({ name = 'valueRange', ...range }: ValueRangeOptions = {}): Stage<
  S,
  With<S, FloatImage> & Sample
> {
  try {
    rangeOf(new Uint8Array(0), 3, range);
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message}`, { cause: error });
  }
  return mapSample<S, FloatImage>(name, ({ pixels: { width, height, data } }) => ({ pixels: { width, height, data: rangeOf(data, 3, range) } }), range);
}
