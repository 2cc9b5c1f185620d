import { UsageError } from '../../engine/errors.js';
import { mapAsync } from '../../engine/mapAsync.js';
import { elementBytes, type Sample, type With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import type { Encoded } from '../../formats/fields.js';
import { decodeImage as decodeBytes, type DecodeImageOptions as DecodeBytesOptions } from '../../formats/image/decodeImage.js';
import { readImageHeader } from '../../formats/image/header.js';
import { sharp } from '../../formats/image/sharp.js';
import { decodableImageFormats } from '../../formats/image/sniff.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { checkAccepted } from './checkAccepted.js';

/** `maxPixels` (64e6), `formats` (all five), `autoOrient` (true) and `alpha` ('drop') are those of the format, with its defaults. */
export interface DecodeImageOptions extends DecodeBytesOptions {
  /** Pictures decoded at a time, in each lane. The output does not depend on it. @default 4: that of `mapAsync`, measured with JPEG on two cores */
  readonly concurrency?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'decodeImage' */
  readonly name?: string;
}

/** What `decodeImage` adds. */
export interface DecodedImage {
  readonly pixels: RgbImage;
}

/**
 * Decode the sample's `image` into 8-bit sRGB `pixels`; the encoded bytes stay as they are.
 *
 * Keeps the order. The decoded size is read from the header and counted in the run's gauge before the work begins. A picture that is damaged,
 * over `maxPixels` or of another format goes to quarantine at its place, with the codes of `formats/image/decodeImage`.
 *
 * ```ts
 * pipeline(readTar(url, { fields: { image: bytes('jpg', 'png') } }), decodeImage({ maxPixels: 64e6 }));   // adds pixels: { width, height, data }
 * ```
 *
 * `pixels` is turned by the picture's EXIF orientation; so are boxes found in it. Who reads the written file must turn it too, or set
 * `autoOrient: false`.
 *
 * @throws UsageError when an option is out of range
 */
export function decodeImage<S extends Sample & { readonly image: Encoded }>({
  concurrency = 4,
  name = 'decodeImage',
  maxPixels = 64e6,
  formats = decodableImageFormats,
  autoOrient = true,
  alpha = 'drop',
}: DecodeImageOptions = {}): Stage<S, With<S, DecodedImage> & Sample> {
  checkAccepted(name, { maxPixels, formats });
  if (!['drop', 'white', 'black'].includes(alpha)) throw new UsageError(`${name}: \`alpha\` must be drop, white or black, got ${String(alpha)}`);
  const decoding = { maxPixels, formats, autoOrient, alpha };

  /** Bytes of the finished sample; of a picture that will be refused, what it has now. */
  function expectedBytes(sample: S): number {
    const before = elementBytes(sample);
    try {
      const { format, width, height } = readImageHeader(sample.image.data);
      return width * height > maxPixels || !formats.includes(format) ? before : before + width * height * 3;
    } catch {
      return before;
    }
  }

  return mapAsync<S, DecodedImage>(name, async (sample) => ({ pixels: await decodeBytes(sample.image.data, decoding) }), {
    concurrency,
    expectedBytes,
    // Pixels are those of one version of the decoders, so it belongs to what the output depends on.
    options: { ...decoding, decoder: `sharp ${sharp.versions.sharp ?? ''} libvips ${sharp.versions.vips}` },
  });
}
