import { resizeImage, type PixelArray, type ResizeMethod } from './resizeImage.js';
import type { Sides } from './scaledSides.js';

export interface ResizeWithPadOptions {
  /** Side of the square output, in pixels. */
  readonly size: number;
  /** What the padding holds: of floats this value, of bytes this share of 255, cut off. @default 0.5 */
  readonly padValue?: number;
  /** @default 'bilinear' */
  readonly method?: ResizeMethod;
  /** Widen the filter when the picture gets smaller. @default false */
  readonly antialias?: boolean;
}

/**
 * The sides of a picture scaled to fit into a square: `int(min(side / ratio, size))` with `ratio = max(height / size, width / size)`, each step in float32
 * as scenic's ResizeWithPad does it. So the long side is often one pixel short: 1920 x 1080 in 840 gives 839 x 472. A side can come out as 0.
 */
export function fitInSquare({ width, height }: Sides, size: number): Sides {
  const f = Math.fround;
  const ratio = Math.max(f(height / size), f(width / size));
  const fit = (side: number): number => Math.trunc(Math.min(f(side / ratio), size));
  return { width: fit(width), height: fit(height) };
}

/**
 * A picture scaled to fit into a square, in its upper left corner; the rest is padding: scenic's ResizeWithPad, float32 for float32
 * (specs/detection.md 3).
 *
 * @throws RangeError when nothing is left of a side
 */
export function resizeWithPad<D extends Uint8Array | Float32Array>(image: PixelArray<D>, { size, padValue = 0.5, method = 'bilinear', antialias = false }: ResizeWithPadOptions): PixelArray<D> {
  const small = resizeImage(image, { ...fitInSquare(image, size), method, antialias });
  const channels = small.data.length / (small.width * small.height);
  const line = small.width * channels;
  const bytes = small.data instanceof Uint8Array;
  const data = (bytes ? new Uint8Array(size * size * channels) : new Float32Array(size * size * channels)) as D;
  data.fill(bytes ? Math.trunc(255 * padValue) : padValue);
  for (let y = 0; y < small.height; y += 1) data.set(small.data.subarray(y * line, (y + 1) * line), y * size * channels);
  return { width: size, height: size, data };
}
