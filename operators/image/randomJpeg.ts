import { checkInteger, checkNumber } from '../../engine/check.js';
import { mapAsync } from '../../engine/mapAsync.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { decodeImage } from '../../formats/image/decodeImage.js';
import { encodeJpeg } from '../../formats/image/encodeJpeg.js';
import { sharp } from '../../formats/image/sharp.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import type { DecodedImage } from './decodeImage.js';

export interface RandomJpegOptions {
  /** How often a picture goes through JPEG, 0 to 1. */
  readonly probability: number;
  /** Least and largest quality, whole numbers, every one equally likely. @default [75, 95], as in the reference */
  readonly quality?: readonly [least: number, most: number];
  /** Pictures worked on at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync` */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'randomJpeg' */
  readonly name?: string;
}

/** Longest side that JPEG can write down. */
const LONGEST = 65_535;

/**
 * `pixels` written as JPEG of a random quality and read again, at random, so that a model sees the marks of JPEG everywhere: PaliGemma's `random_jpeg`
 * (specs/vision-language.md 1.2). Chroma at half size, as the reference's encoder. One thing differs: the reference reads with the fast or the accurate DCT, a fair coin;
 * libvips has only the accurate one, so that coin is not thrown. A picture with a side over 65535 pixels goes to quarantine as `image-too-large`.
 *
 * Drawn by (seed, stage, origin), so anew in each epoch. The pixels are those of one version of libvips, which the fingerprint names.
 *
 * @throws UsageError when an option is out of range
 */
export function randomJpeg<S extends Sample & DecodedImage>({ probability, quality = [75, 95], concurrency = 4, name = 'randomJpeg' }: RandomJpegOptions): Stage<S, With<S, DecodedImage> & Sample> {
  checkNumber(name, 'probability', probability, 0, 1);
  checkInteger(name, 'quality (least)', quality[0], 1, 100);
  checkInteger(name, 'quality (most)', quality[1], quality[0], 100);
  return mapAsync<S, DecodedImage>(
    name,
    async ({ pixels }, { random }) => {
      const stream = random();
      if (!stream.bernoulli(probability)) return { pixels };
      if (Math.max(pixels.width, pixels.height) > LONGEST) throw new SampleFault('image-too-large', `JPEG holds at most ${LONGEST} pixels a side, the picture has ${pixels.width} x ${pixels.height}`);
      const jpeg = await encodeJpeg(pixels, { quality: stream.integer(...quality), chroma: '4:2:0' });
      return { pixels: await decodeImage(jpeg, { maxPixels: pixels.width * pixels.height, formats: ['jpeg'] }) };
    },
    { concurrency, options: { probability, quality, decoder: `sharp ${sharp.versions.sharp ?? ''} libvips ${sharp.versions.vips}` } },
  );
}
