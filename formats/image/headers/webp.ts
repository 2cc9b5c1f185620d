import { startsWith } from '../sniff.js';
import type { ImageHeader } from '../header.js';
import { exifOrientation } from './exifOrientation.js';
import { corrupt, truncated, viewOf } from './faults.js';

/**
 * Reads a WebP header: VP8X (canvas), VP8 (lossy key frame, RFC 6386 9.1) or VP8L (lossless), and further chunks for frames and EXIF.
 * See RFC 9649, section 2.
 */
export function readWebpHeader(bytes: Uint8Array): Omit<ImageHeader, 'format'> {
  if (bytes.length < 30) throw truncated('the WebP ends inside its header', bytes.length);
  const view = viewOf(bytes);
  let size: { width: number; height: number; alpha: boolean } | undefined;
  let [frames, orientation] = [0, 1];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    const data = at + 8;
    const kind = String.fromCharCode(...bytes.subarray(at, data - 4));
    // The first picture chunk declares the size: the canvas of VP8X, when there is one, is the whole.
    if (size === undefined) size = readSize(bytes, kind, data);
    if (kind === 'ANMF') frames++;
    if (kind === 'EXIF') orientation = exifOrientation(withoutExifPrefix(bytes.subarray(data, Math.min(data + length, bytes.length))));
    at = data + length + (length & 1);
  }
  if (size === undefined) throw corrupt('the WebP has no picture chunk', 12);
  const { width, height, alpha } = size;
  return { width, height, frames: Math.max(1, frames), orientation, channels: alpha ? 4 : 3, bitDepth: 8 };
}

function readSize(bytes: Uint8Array, kind: string, data: number): { width: number; height: number; alpha: boolean } {
  const view = viewOf(bytes);
  if (data + 10 > bytes.length) throw truncated('the WebP ends inside its header', bytes.length);
  if (kind === 'VP8X') {
    const side = (at: number): number => 1 + bytes[at]! + bytes[at + 1]! * 0x100 + bytes[at + 2]! * 0x10000;
    return { width: side(data + 4), height: side(data + 7), alpha: (bytes[data]! & 0x10) !== 0 };
  }
  if (kind === 'VP8L') {
    if (bytes[data] !== 0x2f) throw corrupt('the lossless WebP lacks its signature byte', data);
    const bits = view.getUint32(data + 1, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff), alpha: (bits & 0x1000_0000) !== 0 };
  }
  if (kind === 'VP8 ') {
    if (!startsWith(bytes, '\x9D\x01\x2A', data + 3)) throw corrupt('the lossy WebP does not begin with a key frame', data + 3);
    const [width, height] = [view.getUint16(data + 6, true) & 0x3fff, view.getUint16(data + 8, true) & 0x3fff];
    if (width === 0 || height === 0) throw corrupt(`the WebP declares ${width}x${height} pixels`, data + 6);
    return { width, height, alpha: false };
  }
  throw corrupt(`the WebP begins with a chunk ${JSON.stringify(kind)}`, data - 8);
}

/** Some writers put the JPEG prefix `Exif\0\0` before the TIFF header. */
function withoutExifPrefix(exif: Uint8Array): Uint8Array {
  return startsWith(exif, 'Exif\0\0') ? exif.subarray(6) : exif;
}
