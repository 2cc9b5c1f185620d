import type { ImageHeader } from '../header.js';
import { corrupt, truncated, viewOf } from './faults.js';

/** One frame of a GIF: its descriptor at `start`, its LZW data from `data` (the byte with the code size), its size in pixels. */
export interface GifFrame {
  readonly start: number;
  readonly data: number;
  /** Place on the screen, pixels from the left and the top. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The palette's colour under transparent pixels; undefined when the frame has none. Black where the palette is too short. */
  readonly transparent: readonly [red: number, green: number, blue: number] | undefined;
}

/**
 * The frames of a GIF in file order, without decoding (GIF89a, sections 17 to 27). Ends at the trailer; throws `image-truncated` when the
 * bytes end before it and `image-corrupt` at a byte that begins no block.
 */
export function* gifFrames(bytes: Uint8Array): Generator<GifFrame> {
  const view = viewOf(bytes);
  let at = 13 + tableBytes(bytes[10]!);
  let transparentIndex: number | undefined;
  for (;;) {
    const block = bytes[at];
    if (block === undefined) throw truncated('the GIF ends before its trailer', bytes.length);
    if (block === 0x3b) return;
    if (block === 0x21) {
      if (bytes[at + 1] === 0xf9 && at + 6 < bytes.length) transparentIndex = (bytes[at + 3]! & 1) === 0 ? undefined : bytes[at + 6]!;
      at = skipSubBlocks(bytes, at + 2);
    } else if (block === 0x2c) {
      if (at + 11 > bytes.length) throw truncated('the GIF ends inside a frame', bytes.length);
      const data = at + 10 + tableBytes(bytes[at + 9]!);
      const end = skipSubBlocks(bytes, data + 1);
      const [left, top, width, height] = [1, 3, 5, 7].map((offset) => view.getUint16(at + offset, true)) as [number, number, number, number];
      const transparent = transparentIndex === undefined ? undefined : paletteColor(bytes, at, transparentIndex);
      yield { start: at, data, left, top, width, height, transparent };
      transparentIndex = undefined;
      at = end;
    } else if (block === 0) {
      at++; // a stray terminator after a block: common, and every decoder passes over it
    } else {
      throw corrupt(`the GIF has a block of kind 0x${block.toString(16)}`, at);
    }
  }
}

/**
 * Reads the logical screen and counts the frames that are there. A first frame that reaches beyond the screen widens it, as in browsers and
 * decoders; later frames are clipped, and tell only the `extent`. A damaged tail does not hide the header.
 */
export function readGifHeader(bytes: Uint8Array): Omit<ImageHeader, 'format'> {
  if (bytes.length < 13) throw truncated('the GIF ends inside its header', bytes.length);
  const view = viewOf(bytes);
  let [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  let [frames, transparent] = [0, false];
  let [right, bottom] = [width, height];
  try {
    for (const frame of gifFrames(bytes)) {
      if (frames === 0) {
        transparent = frame.width < width || frame.height < height;
        [width, height] = [Math.max(width, frame.left + frame.width), Math.max(height, frame.top + frame.height)];
      }
      [right, bottom] = [Math.max(right, frame.left + frame.width), Math.max(bottom, frame.top + frame.height)];
      transparent ||= frame.transparent !== undefined;
      frames++;
    }
  } catch {
    // Judged later, when the whole is checked: a header was still read.
  }
  if (width === 0 || height === 0) throw corrupt(`the GIF declares ${width}x${height} pixels`, 6);
  return { width, height, extent: { width: right, height: bottom }, frames: Math.max(1, frames), orientation: 1, channels: transparent ? 4 : 3, bitDepth: 8 };
}

/** An entry of the palette of the frame at `frame`: its own, or the global one where it has none. */
function paletteColor(bytes: Uint8Array, frame: number, index: number): readonly [number, number, number] {
  const own = tableBytes(bytes[frame + 9]!);
  const [table, size] = own > 0 ? [frame + 10, own] : [13, tableBytes(bytes[10]!)];
  const at = table + index * 3;
  return index * 3 < size ? [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!] : [0, 0, 0];
}

function tableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 * (2 << (packed & 7));
}

function skipSubBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const length = bytes[at];
    if (length === undefined) throw truncated('the GIF ends inside a block', bytes.length);
    at += length + 1;
    if (length === 0) return at;
  }
}
