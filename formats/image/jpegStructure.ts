/** One marker segment before the first scan's data: `start` is the offset of its last 0xFF byte, `data` to `end` its parameters. */
export interface JpegSegment {
  readonly marker: number;
  readonly start: number;
  readonly data: number;
  readonly end: number;
}

/** The shape of a JPEG, found by walking its markers (ITU-T T.81, annex B) without decoding. */
export interface JpegStructure {
  /** Segments from SOI up to and including the first scan header (SOS). */
  readonly segments: readonly JpegSegment[];
  /** Bytes between those segments that belong to none. */
  readonly junkBytes: number;
  /** Scans that begin. */
  readonly scans: number;
  /** Offset after the EOI marker that ends the first picture; undefined when none comes. Later bytes (MPO, trailers) are not looked at. */
  readonly end: number | undefined;
  /** Where the walk had to stop, when it found no EOI: the end of the bytes or an impossible segment length. */
  readonly brokenAt: number | undefined;
}

/** Walks the markers of a JPEG from SOI to EOI; cost is one pass over the bytes, nothing is allocated but the segment list. */
export function jpegStructure(bytes: Uint8Array): JpegStructure {
  const segments: JpegSegment[] = [];
  let [at, junkBytes, scans] = [2, 0, 0];
  const broken = (brokenAt: number): JpegStructure => ({ segments, junkBytes, scans, end: undefined, brokenAt });
  for (;;) {
    const found = nextMarker(bytes, at, scans > 0);
    if (found === undefined) return broken(bytes.length);
    if (scans === 0) junkBytes += found.start - at;
    const { marker, start } = found;
    at = start + 2;
    if (marker === 0xd9) return { segments, junkBytes, scans, end: at, brokenAt: undefined };
    // Markers without parameters that mean nothing here (RSTn, TEM, a second SOI): decoders step over them or refuse them themselves.
    if (isStandalone(marker)) {
      if (scans === 0) junkBytes += 2;
      continue;
    }
    if (at + 2 > bytes.length) return broken(bytes.length);
    const length = bytes[at]! * 256 + bytes[at + 1]!;
    if (length < 2) return broken(at);
    const end = at + length;
    if (end > bytes.length) return broken(bytes.length);
    if (scans === 0) segments.push({ marker, start, data: at + 2, end });
    if (marker === 0xda) scans++;
    at = end;
  }
}

/** The next marker at or after `from`; inside scans stuffed zeros and restart markers are data. */
function nextMarker(bytes: Uint8Array, from: number, inScan: boolean): { marker: number; start: number } | undefined {
  for (let start = bytes.indexOf(0xff, from); start !== -1; start = bytes.indexOf(0xff, start + 1)) {
    const marker = bytes[start + 1];
    if (marker === undefined) return undefined;
    if (marker === 0xff || marker === 0 || (inScan && isStandalone(marker))) continue;
    return { marker, start };
  }
  return undefined;
}

function isStandalone(marker: number): boolean {
  return (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;
}
