import type { ImageHeader } from '../header.js';
import { exifOrientation } from './exifOrientation.js';
import { corrupt, truncated, viewOf } from './faults.js';

/** One chunk: `start` is the offset of its length field, `data` to `end` its contents without the checksum. */
export interface PngChunk {
  readonly type: string;
  readonly start: number;
  readonly data: number;
  readonly end: number;
}

const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/**
 * The chunks of a PNG in file order, to IEND (PNG third edition, 5.3). Ends at IEND; throws `image-truncated` when a chunk reaches beyond
 * the bytes or no IEND comes. Checksums are left to the decoder.
 */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = viewOf(bytes);
  for (let start = 8; ; ) {
    if (start + 12 > bytes.length) throw truncated('the PNG ends before its IEND chunk', bytes.length);
    const length = view.getUint32(start);
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw corrupt(`the PNG has a chunk of type ${JSON.stringify(type)}`, start + 4);
    if (start + 12 + length > bytes.length) throw truncated(`the PNG ends inside its ${type} chunk of ${length} bytes`, bytes.length);
    yield { type, start, data: start + 8, end: start + 8 + length };
    if (type === 'IEND') return;
    start += 12 + length;
  }
}

/** Reads IHDR, and from later chunks transparency, frames (acTL) and orientation (eXIf). A file cut after IHDR still has a header. */
export function readPngHeader(bytes: Uint8Array): Omit<ImageHeader, 'format'> {
  if (bytes.length < 29) throw truncated('the PNG ends inside its header', bytes.length);
  const view = viewOf(bytes);
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) throw corrupt('the PNG does not begin with an IHDR chunk of 13 bytes', 8);
  const [width, height, bitDepth, colour] = [view.getUint32(16), view.getUint32(20), bytes[24]!, bytes[25]!];
  const colours = channelsOf[colour];
  if (width === 0 || height === 0 || width > 0x7fffffff || height > 0x7fffffff) throw corrupt(`the PNG declares ${width}x${height} pixels`, 16);
  if (colours === undefined || ![1, 2, 4, 8, 16].includes(bitDepth)) throw corrupt(`the PNG declares colour type ${colour} with ${bitDepth} bits`, 24);
  let [transparent, frames, orientation] = [0, 1, 1];
  for (const chunk of readableChunks(bytes)) {
    if (chunk.type === 'tRNS' && (colour === 0 || colour === 2 || colour === 3)) transparent = 1;
    if (chunk.type === 'acTL' && chunk.end - chunk.data >= 8) frames = Math.max(1, view.getUint32(chunk.data));
    if (chunk.type === 'eXIf') orientation = exifOrientation(bytes.subarray(chunk.data, chunk.end));
  }
  return { width, height, frames, orientation, channels: colours + transparent, bitDepth };
}

/** The chunks up to where the file is damaged: what comes before is still a header. */
function* readableChunks(bytes: Uint8Array): Generator<PngChunk> {
  const chunks = pngChunks(bytes);
  for (;;) {
    let next: IteratorResult<PngChunk>;
    try {
      next = chunks.next();
    } catch {
      return;
    }
    if (next.done === true) return;
    yield next.value;
  }
}
