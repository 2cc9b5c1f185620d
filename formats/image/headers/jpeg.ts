import { SampleFault } from '../../../kernels/sampleFault.js';
import type { ImageHeader } from '../header.js';
import { jpegStructure } from '../jpegStructure.js';
import { startsWith } from '../sniff.js';
import { exifOrientation } from './exifOrientation.js';
import { corrupt, truncated, viewOf } from './faults.js';

/**
 * Reads the frame header (SOF) and the first EXIF block of a JPEG (ITU-T T.81, B.2.2). Throws `image-unsupported` for processes that web
 * decoders lack: hierarchical, JPEG-LS, other than 8 bits a channel, a height that comes later (DNL).
 */
export function readJpegHeader(bytes: Uint8Array): Omit<ImageHeader, 'format'> {
  const { segments, end, brokenAt } = jpegStructure(bytes);
  const frame = segments.find(({ marker }) => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc);
  const jpegLs = segments.find(({ marker }) => marker === 0xf7);
  if (jpegLs !== undefined) throw unsupported('JPEG-LS coding', jpegLs.start);
  if (frame === undefined) {
    if (brokenAt !== undefined && end === undefined) throw truncated('the JPEG ends before its frame header', brokenAt);
    throw corrupt('the JPEG has no frame header', 2);
  }
  if (frame.end - frame.data < 6) throw corrupt('the JPEG has a short frame header', frame.start);
  const view = viewOf(bytes);
  const [precision, height, width, components] = [bytes[frame.data]!, view.getUint16(frame.data + 1), view.getUint16(frame.data + 3), bytes[frame.data + 5]!];
  // 3 is lossless Huffman coding, which libjpeg-turbo 3 decodes at 8 bits.
  if (![0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xca].includes(frame.marker)) throw unsupported(`the coding process SOF${frame.marker - 0xc0}`, frame.start);
  if (precision !== 8) throw unsupported(`${precision} bits a channel`, frame.data);
  if (width === 0) throw corrupt(`the JPEG declares ${width}x${height} pixels`, frame.data + 1);
  if (height === 0) throw unsupported('a height that is told after the scan (DNL)', frame.data + 1);
  if (components === 0 || components > 4) throw corrupt(`the JPEG declares ${components} channels`, frame.data + 5);
  const exif = segments.find(({ marker, data }) => marker === 0xe1 && startsWith(bytes, 'Exif\0', data));
  const orientation = exif === undefined ? 1 : exifOrientation(bytes.subarray(exif.data + 6, exif.end));
  return { width, height, frames: 1, orientation, channels: components, bitDepth: precision };
}

function unsupported(what: string, byteOffset: number): SampleFault {
  return new SampleFault('image-unsupported', `the JPEG uses ${what}, which this decoder lacks, at byte ${byteOffset}`, { byteOffset });
}
