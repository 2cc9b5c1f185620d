import { SampleFault } from '../../kernels/sampleFault.js';
import { describeBytes } from './describeBytes.js';
import { readAvifHeader } from './headers/avif.js';
import { readGifHeader } from './headers/gif.js';
import { readJpegHeader } from './headers/jpeg.js';
import { readPngHeader } from './headers/png.js';
import { readWebpHeader } from './headers/webp.js';
import { decodableImageFormats, sniffImage, type DecodableImageFormat } from './sniff.js';

/** What the header of a picture declares. Nothing is decoded and nothing of the declared size is allocated to learn it. */
export interface ImageHeader {
  readonly format: DecodableImageFormat;
  /** Pixels as stored, before `orientation` is applied. For AVIF: as displayed, because its rotation is part of the decoding. */
  readonly width: number;
  /** Pixels as stored; see `width`. */
  readonly height: number;
  /** The canvas that would hold every frame, where that may differ from the size (GIF): a frame placed far outside is a way to make a bomb. */
  readonly extent?: { readonly width: number; readonly height: number };
  /** Pictures in the file, where the header tells (GIF, APNG, animated WebP); 1 for a still one. */
  readonly frames?: number;
  /** EXIF orientation, 1 to 8; 1 where there is none or it makes no sense. */
  readonly orientation: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha or CMYK. Palettes count as the colours they stand for. */
  readonly channels: number;
  /** Bits a channel: 8 for most, 16 for a deep PNG, 10 or 12 for a deep AVIF, 1 to 8 for a palette or grey PNG. */
  readonly bitDepth: number;
}

const readers: Record<DecodableImageFormat, (bytes: Uint8Array) => Omit<ImageHeader, 'format'>> = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  webp: readWebpHeader,
  gif: readGifHeader,
  avif: readAvifHeader,
};

/**
 * Reads size, frames, orientation and channels of a JPEG, PNG, WebP, GIF or AVIF from its header, by its own small parsers: a picture that
 * declares 60000 x 60000 costs no more to read than one of 6 x 6. Limits are judged on this, before a decoder sees the bytes.
 *
 * Throws a SampleFault: `image-empty`, `image-not-an-image`, `image-format-refused` (a picture of another format), `image-truncated` (the
 * bytes end inside the header), `image-corrupt` (the header contradicts itself or its format).
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  const format = requireDecodableFormat(bytes, decodableImageFormats);
  return { format, ...readers[format](bytes) };
}

/** What is accepted of strangers: see `DecodeImageOptions`. */
export interface AcceptedImages {
  readonly maxPixels: number;
  readonly formats: readonly DecodableImageFormat[];
}

/**
 * The header of a picture that may be decoded, judged before a decoder sees the bytes. Throws, beside the faults of `readImageHeader`, `image-format-refused` for one of
 * another format than `formats`, and `image-too-large`.
 */
export function acceptHeader(bytes: Uint8Array, { maxPixels, formats }: AcceptedImages): ImageHeader {
  const format = requireDecodableFormat(bytes, formats);
  const header = readImageHeader(bytes);
  const { width, height } = header.extent ?? header;
  if (width * height > maxPixels) throw new SampleFault('image-too-large', `the ${format} reaches over ${width}x${height} pixels; maxPixels is ${maxPixels}`);
  return header;
}

/** Width and height once a picture is turned as its orientation says: 5 to 8 lie on their side (EXIF 2.32, 4.6.4 A). */
export function orientedSize({ width, height, orientation }: Pick<ImageHeader, 'width' | 'height' | 'orientation'>): { readonly width: number; readonly height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** The sniffed format when it is one of `formats`; otherwise a SampleFault that says what the bytes are. */
export function requireDecodableFormat(bytes: Uint8Array, formats: readonly DecodableImageFormat[]): DecodableImageFormat {
  if (bytes.length === 0) throw new SampleFault('image-empty', 'the image has 0 bytes');
  const format = sniffImage(bytes);
  if (format === undefined) throw new SampleFault('image-not-an-image', `the bytes are not a known image: they look like ${describeBytes(bytes)}`);
  const allowed = formats.find((name) => name === format);
  if (allowed === undefined) throw new SampleFault('image-format-refused', `the image is ${format}; allowed are ${formats.join(', ')}`);
  return allowed;
}
