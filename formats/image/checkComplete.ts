import { startsWith, type DecodableImageFormat } from './sniff.js';
import { gifPixels } from './gifPixels.js';
import { gifFrames } from './headers/gif.js';
import { corrupt, truncated, viewOf } from './headers/faults.js';
import { pngChunks } from './headers/png.js';
import { jpegStructure } from './jpegStructure.js';

const checks: Record<DecodableImageFormat, (bytes: Uint8Array) => void> = {
  jpeg: checkJpeg,
  png: checkPng,
  webp: checkWebp,
  gif: checkGif,
  avif: checkAvif,
};

/**
 * Throws SampleFault `image-truncated` when the file ends before its format says it does: no EOI after the last JPEG scan, no PNG IEND, less
 * than the WebP's RIFF size, no GIF trailer or a first frame with too few pixels, an AVIF box that reaches beyond the bytes. Decoders are
 * lenient there (a JPEG without its lower half is delivered grey below, a GIF black), and a half picture must not become a training sample.
 * Throws `image-corrupt` where the same walk finds blocks that cannot be, and for a JPEG of more than 100 scans.
 */
export function checkComplete(bytes: Uint8Array, format: DecodableImageFormat): void {
  checks[format](bytes);
}

/** A progressive JPEG has about 10 scans. Each costs a pass over the whole picture, and a few bytes suffice to ask for one. */
const maxJpegScans = 100;

function checkJpeg(bytes: Uint8Array): void {
  const { end, brokenAt, scans } = jpegStructure(bytes);
  if (scans > maxJpegScans) throw corrupt(`the JPEG has ${scans} scans, more than ${maxJpegScans}: a decompression bomb`, bytes.length);
  if (end !== undefined && scans > 0) return;
  if (end !== undefined) throw corrupt('the JPEG ends without a scan', end - 2);
  if (brokenAt !== undefined && brokenAt < bytes.length) throw corrupt('the JPEG has a segment of an impossible length', brokenAt);
  throw truncated('the JPEG ends before its end marker (EOI)', bytes.length);
}

function checkPng(bytes: Uint8Array): void {
  let pixels = false;
  for (const { type } of pngChunks(bytes)) pixels ||= type === 'IDAT';
  if (!pixels) throw corrupt('the PNG has no IDAT chunk', 8);
}

function checkWebp(bytes: Uint8Array): void {
  const promised = viewOf(bytes).getUint32(4, true) + 8;
  if (promised > bytes.length) throw truncated(`the WebP promises ${promised} bytes and ends`, bytes.length);
}

function checkGif(bytes: Uint8Array): void {
  let first = true;
  for (const { start, data, width, height } of gifFrames(bytes)) {
    if (!first) continue;
    first = false;
    const pixels = gifPixels(bytes, data, width * height);
    if (pixels < width * height) throw truncated(`the GIF's first frame has data for ${pixels} of ${width}x${height} pixels`, start);
  }
  if (first) throw corrupt('the GIF has no frame', 13);
}

function checkAvif(bytes: Uint8Array): void {
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length; ) {
    // Fewer than 8 bytes after the last box are padding, if they are zeros; otherwise the head of a box that was cut.
    if (at + 8 > bytes.length) {
      if (bytes.subarray(at).every((byte) => byte === 0)) return;
      throw truncated('the AVIF ends inside a box header', bytes.length);
    }
    const size = view.getUint32(at);
    if (size === 0) return; // this box goes on to the end of the file
    const wide = size === 1 && at + 16 <= bytes.length;
    const length = wide ? Number(view.getBigUint64(at + 8)) : size;
    if (length < 8) throw corrupt(`the AVIF has a box of ${length} bytes`, at);
    if (at + length > bytes.length) {
      // What stands behind the last box that matters is not part of the picture.
      if (!startsWith(bytes, 'mdat', at + 4) && !startsWith(bytes, 'meta', at + 4) && at > 0 && hasPicture(bytes, at)) return;
      throw truncated(`the AVIF promises ${at + length} bytes and ends`, bytes.length);
    }
    at += length;
  }
}

/** True when both the box of properties and the box of data lie before `end`. */
function hasPicture(bytes: Uint8Array, end: number): boolean {
  const view = viewOf(bytes);
  let seen = 0;
  for (let at = 0; at + 8 <= end; ) {
    if (startsWith(bytes, 'meta', at + 4)) seen |= 1;
    if (startsWith(bytes, 'mdat', at + 4)) seen |= 2;
    const size = view.getUint32(at) === 1 ? Number(view.getBigUint64(at + 8)) : view.getUint32(at);
    if (size < 8) return false;
    at += size;
  }
  return seen === 3;
}
