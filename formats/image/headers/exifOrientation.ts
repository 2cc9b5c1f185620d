import { viewOf } from './faults.js';

const orientationTag = 0x0112;

/**
 * The orientation, 1 to 8, of an EXIF block (a TIFF header and its first directory; EXIF 2.32, 4.6.4 A). 1 where the tag is missing, out of
 * range, or the block is damaged: a bad EXIF block is no reason to refuse a picture.
 */
export function exifOrientation(tiff: Uint8Array): number {
  if (tiff.length < 14) return 1;
  const view = viewOf(tiff);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + i * 12;
    if (at + 12 > tiff.length) return 1;
    if (view.getUint16(at, little) !== orientationTag) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
