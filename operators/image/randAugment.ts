import { checkInteger, checkNumber } from '../../engine/check.js';
import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { kernel } from '../../engine/workers/kernel.js';
import { distortionNames, type distort } from '../../kernels/augment/distort.js';
import { drawDistortion } from '../../kernels/augment/drawDistortion.js';
import type { DecodedImage } from './decodeImage.js';

export interface RandAugmentOptions {
  /** Distortions of each picture, one after the other. @default 2 */
  readonly layers?: number;
  /** How strong all of them are; 10 is the end of the paper's scale, not of ours. @default 10 */
  readonly magnitude?: number;
  /** A threshold of Solarize from 256 up wraps around as a byte, so that at magnitude 10 Solarize inverts everything; otherwise it then changes nothing. @default true, as the reference does when it is run */
  readonly solarizeWraps?: boolean;
  /** Contrast blends with the number of pixels / 256 (at most 255), a slip of the reference, instead of with the mean grey. @default true, as the reference */
  readonly contrastOfCount?: boolean;
  /** Pictures worked on at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'randAugment' */
  readonly name?: string;
}

const distortKernel = kernel<typeof distort>(new URL('../../kernels/augment/distort.ts', import.meta.url), 'distort');

/**
 * RandAugment (arXiv 1909.13719) as big_vision's `randaug(layers, magnitude)`: each layer takes one of 16 distortions, equally likely, and always does it, at the one
 * magnitude; byte for byte the reference's (specs/vision-language.md 1.3; amounts in `kernels/augment/drawDistortion`). What leaves the picture is grey 128. Translations are up
 * to 100 **pixels** whatever the picture's size, and magnitude 0 is not nothing: Color, Contrast, Brightness and Sharpness then stand at 0.1, and Posterize keeps one bit.
 *
 * Drawn by (seed, stage, origin), so anew in each epoch; a kernel: it runs in the threads of `--workers`.
 *
 * @throws UsageError when an option is out of range
 */
export function randAugment<S extends Sample & DecodedImage>({
  layers = 2,
  magnitude = 10,
  solarizeWraps = true,
  contrastOfCount = true,
  concurrency = 4,
  name = 'randAugment',
}: RandAugmentOptions = {}): Stage<S, With<S, DecodedImage> & Sample> {
  checkInteger(name, 'layers', layers, 0);
  checkNumber(name, 'magnitude', magnitude, 0, 20);
  const scale = { translate: 100, cutout: 40, solarizeWraps };
  return mapAsync<S, DecodedImage>(
    name,
    async ({ pixels }, { random, run }) => {
      const stream = random();
      const distortions = Array.from({ length: layers }, () => drawDistortion(stream, stream.choice(distortionNames), magnitude, pixels, scale));
      return { pixels: await run(distortKernel, pixels, distortions, { contrastOfCount }) };
    },
    { concurrency, options: { layers, magnitude, solarizeWraps, contrastOfCount } },
  );
}
