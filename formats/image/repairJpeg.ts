import { jpegStructure, type JpegSegment } from './jpegStructure.js';
import { startsWith } from './sniff.js';

/**
 * A JPEG whose header is as the standard wants it, or undefined where there is nothing to mend.
 *
 * libjpeg reports harmless oddities of headers and real damage of pixels by the same warnings, one at a time and to the whole process. So a
 * picture that warned is mended where the meaning is certain, and must then decode without a warning: what still warns lost pixels.
 * Mended are: bytes between segments that belong to none (dropped, as every decoder does), a JFIF version that does not exist (1.x is meant),
 * an Adobe colour transform that does not fit the channels (YCbCr for three, YCCK for four, as libjpeg reads them) and spectral parameters
 * of a sequential scan (they have only one legal value, T.81 table B.3). The scan's data is not touched.
 */
export function repairJpeg(bytes: Uint8Array): Uint8Array | undefined {
  const { segments, junkBytes } = jpegStructure(bytes);
  const scan = segments.at(-1);
  if (scan?.marker !== 0xda) return undefined;
  const frame = segments.find(({ marker }) => [0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xca].includes(marker));
  const components = frame === undefined ? 0 : bytes[frame.data + 5]!;
  let patched = junkBytes > 0;
  const parts: Uint8Array[] = [Uint8Array.of(0xff, 0xd8)];
  for (const segment of segments) {
    const part = bytes.slice(segment.start, segment.end);
    for (const [offset, value] of patches(part, segment, components, frame?.marker)) {
      patched ||= part[offset] !== value;
      part[offset] = value;
    }
    parts.push(part);
  }
  parts.push(bytes.subarray(scan.end));
  return patched ? Buffer.concat(parts) : undefined;
}

/** Bytes of a segment that have only one sensible value; offsets count from its marker. */
function patches(part: Uint8Array, { marker }: JpegSegment, components: number, process: number | undefined): (readonly [offset: number, value: number])[] {
  if (marker === 0xe0 && startsWith(part, 'JFIF\0', 4) && part[9] !== 1) return [[9, 1]];
  if (marker === 0xee && startsWith(part, 'Adobe', 4) && part.length >= 16) {
    const transform = part[15]!;
    if (components === 3 && transform > 1) return [[15, 1]];
    if (components === 4 && transform !== 0 && transform !== 2) return [[15, 2]];
  }
  if (marker === 0xda && process !== undefined && [0xc0, 0xc1, 0xc9].includes(process) && part.length >= 8) {
    return [[part.length - 3, 0], [part.length - 2, 63], [part.length - 1, 0]];
  }
  return [];
}
