/**
 * How many pixels the LZW data of a GIF frame holds, counted up to `enough`, without making them (GIF89a, appendix F).
 *
 * `data` is the offset of the byte with the code size. The count ends at the end code, at the end of the sub-blocks or at a code that cannot
 * be; the decoder of libvips leaves what is missing black and says nothing, so somebody has to count. One pass over the codes, 16 KiB.
 */
export function gifPixels(bytes: Uint8Array, data: number, enough: number): number {
  const codeSize = bytes[data] ?? 0;
  if (codeSize < 1 || codeSize > 11) return 0;
  const clear = 1 << codeSize;
  // Pixels that each code stands for: 1 for a colour, one more than its prefix for the others.
  const lengths = new Uint32Array(4096).fill(1, 0, clear);
  let [next, width, previous, pixels] = [clear + 2, codeSize + 1, -1, 0];
  for (const code of lzwCodes(bytes, data + 1, () => width)) {
    if (code === clear) {
      [next, width, previous] = [clear + 2, codeSize + 1, -1];
      continue;
    }
    if (code === clear + 1 || code > next || (code === next && previous < 0)) break;
    if (previous >= 0 && next < 4096) {
      lengths[next] = lengths[previous]! + 1;
      next++;
      if (next === 1 << width && width < 12) width++;
    }
    pixels += lengths[code]!;
    previous = code;
    if (pixels >= enough) return enough;
  }
  return pixels;
}

/** The codes of a chain of sub-blocks, least significant bit first, each of the width that holds when it is read. */
function* lzwCodes(bytes: Uint8Array, from: number, width: () => number): Generator<number> {
  let [bits, held] = [0, 0];
  for (let at = from; (bytes[at] ?? 0) > 0; at += bytes[at]! + 1) {
    const end = Math.min(at + bytes[at]!, bytes.length - 1);
    for (let i = at + 1; i <= end; i++) {
      bits |= bytes[i]! << held;
      held += 8;
      while (held >= width()) {
        const wide = width();
        yield bits & ((1 << wide) - 1);
        bits >>>= wide;
        held -= wide;
      }
    }
  }
}
