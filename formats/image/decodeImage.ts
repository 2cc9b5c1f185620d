import { SampleFault } from '../../kernels/sampleFault.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { checkComplete } from './checkComplete.js';
import { gifFrames } from './headers/gif.js';
import { acceptHeader, type ImageHeader } from './header.js';
import { repairJpeg } from './repairJpeg.js';
import { sharp } from './sharp.js';
import { decodableImageFormats, type DecodableImageFormat } from './sniff.js';
import { toBytes } from './toBytes.js';

export interface DecodeImageOptions {
  /**
   * Largest width x height, judged on the header before any decoding; of a GIF, over all its frames, also those that are not taken. 64 megapixels are 192 MB decoded.
   * @default 64e6
   */
  readonly maxPixels?: number;
  /** Formats to accept, by magic bytes. @default all five: jpeg, png, webp, gif, avif */
  readonly formats?: readonly DecodableImageFormat[];
  /** Turn the picture as its EXIF orientation says. AVIF's own rotation is part of its decoding and always applied. @default true */
  readonly autoOrient?: boolean;
  /**
   * What becomes of transparency. `drop` forgets it and keeps the colours beneath, as PIL's `convert('RGB')` does and so what most published
   * training sets saw; `white` and `black` lay the picture on that colour. In a GIF the colour beneath is that of the transparent palette entry.
   * @default 'drop'
   */
  readonly alpha?: 'drop' | 'white' | 'black';
}

/**
 * Decodes an encoded picture from a stranger into 8-bit sRGB.
 *
 * The loader is chosen by magic bytes, the limit is judged on the header, and a picture is delivered whole or not at all: a truncated or
 * damaged one is a fault, never a half-grey picture. CMYK and embedded ICC profiles are converted to sRGB, 16 bits and palettes and grey to
 * 8-bit RGB; of an animation the first frame is taken. The result depends on the bytes, the options and the version of libvips only.
 *
 * ## Example
 * ```ts
 * const { width, height, data } = await decodeImage(await readFile('cat.jpg')); // data.length === width * height * 3
 * ```
 *
 * Rejects with SampleFault `image-empty`, `image-not-an-image`, `image-format-refused`, `image-too-large`, `image-truncated`, `image-corrupt` or
 * `image-unsupported`. An error that says nothing about the bytes (memory, threads) stays an ordinary error.
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeImageOptions = {}): Promise<RgbImage> {
  const { maxPixels = 64e6, formats = decodableImageFormats, autoOrient = true, alpha = 'drop' } = options;
  checkOptions(maxPixels, formats, alpha);
  const header = acceptHeader(bytes, { maxPixels, formats });
  const { format } = header;
  checkComplete(bytes, format);
  const decode = (input: Uint8Array): Promise<RgbImage> => decodePixels(input, header, { maxPixels, autoOrient, alpha });
  // A failure is believed when a second attempt fails too: a moment without memory must not condemn a picture.
  const image = await decode(bytes)
    .catch(() => decode((format === 'jpeg' ? repairJpeg(bytes) : undefined) ?? bytes))
    .catch((error: unknown) => Promise.reject(decodeFault(error, header)));
  return checkSize(image, header);
}

async function decodePixels(input: Uint8Array, header: ImageHeader, options: Required<Omit<DecodeImageOptions, 'formats'>>): Promise<RgbImage> {
  const { maxPixels, autoOrient, alpha } = options;
  const settings = {
    // A JPEG's warnings are where libjpeg admits that pixels are missing; in the other formats warnings are about chunks that do not matter.
    failOn: header.format === 'jpeg' ? 'warning' : 'error',
    limitInputPixels: maxPixels,
    sequentialRead: true,
    unlimited: false,
    autoOrient,
  } as const;
  let pipeline = sharp(input, settings).toColourspace('srgb');
  // sharp takes deep pictures with a profile to Display P3 inside and leaves them there unless an output profile is asked for.
  if (header.bitDepth > 8 && (await sharp(input, settings).metadata()).icc !== undefined) pipeline = pipeline.withIccProfile('srgb');
  const ground = alpha === 'drop' ? colorBeneath(input, header) : alpha;
  pipeline = ground === undefined ? pipeline.removeAlpha() : pipeline.flatten({ background: ground });
  const { data, info } = await toBytes(pipeline.raw());
  if (info.channels !== 3) throw new Error(`image: expected 3 channels of sharp, got ${info.channels}`);
  return { width: info.width, height: info.height, data };
}

/** libvips makes transparent pixels of a GIF black; what stood there is in the palette. Undefined where the decoder keeps the colour itself. */
function colorBeneath(input: Uint8Array, { format }: ImageHeader): { r: number; g: number; b: number } | undefined {
  if (format !== 'gif') return undefined;
  for (const { transparent } of gifFrames(input)) return transparent && { r: transparent[0], g: transparent[1], b: transparent[2] };
  return undefined;
}

/** The header is what limits were judged on, so a decoder that sees another size saw another picture. */
function checkSize(image: RgbImage, { format, width, height }: ImageHeader): RgbImage {
  const asStored = image.width === width && image.height === height;
  const turned = image.width === height && image.height === width;
  if (asStored || turned) return image;
  throw new SampleFault('image-corrupt', `the ${format} declares ${width}x${height} pixels and holds ${image.width}x${image.height}`);
}

/** The input is memory and the decoder is pure, so only memory and threads can fail by themselves. */
const environmentFailure = /out of memory|insufficient memory|memory allocation|bad_alloc|alloc\w* (failed|error)|unable to (allocate|create thread)|cannot allocate|ENOMEM|EAGAIN/i;

/**
 * libvips keeps its messages in one buffer for the process, so under load a picture's error can carry the words of another one's. Words
 * that quarantine compares on a replay must not depend on that: they stay in `cause`.
 */
function decodeFault(error: unknown, { format, width, height }: ImageHeader): unknown {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return error;
  // libheif calls its own limits a memory error; those are about the bytes.
  if (environmentFailure.test(error.message) && !/security limit/i.test(error.message)) return error;
  return new SampleFault('image-corrupt', `the ${format} of ${width}x${height} pixels does not decode without loss: its data is damaged`, { cause: error });
}

function checkOptions(maxPixels: number, formats: readonly DecodableImageFormat[], alpha: string): void {
  if (!Number.isSafeInteger(maxPixels) || maxPixels < 1) throw new RangeError(`image: \`maxPixels\` must be an integer from 1 up, got ${maxPixels}`);
  for (const format of formats) {
    if (!decodableImageFormats.includes(format)) throw new RangeError(`image: \`formats\` may name ${decodableImageFormats.join(', ')}, got ${format}`);
  }
  if (!['drop', 'white', 'black'].includes(alpha)) throw new RangeError(`image: \`alpha\` must be drop, white or black, got ${alpha}`);
}
