import { resizeImage, type PixelArray, type ResizeMethod } from './resizeImage.js';

export interface Canvas {
  /** Side of the square, in pixels. */
  readonly size: number;
  /** What the picture leaves free: of floats this value, of bytes this share of 255. */
  readonly pad: number;
  /** @default 'bilinear' */
  readonly method?: ResizeMethod;
  /** Widen the filter when the picture gets smaller. @default false */
  readonly antialias?: boolean;
}

/**
 * A picture resized to `content` and laid into the top left corner of a square (scenic's `ResizeWithPad`, specs/detection.md 3). Floats, of 0 to
 * 1, are resized as the reference does it; bytes in floats too, and then rounded to the nearest.
 */
export function resizeOntoCanvas<D extends Uint8Array | Float32Array>(image: PixelArray<D>, content: { readonly height: number; readonly width: number }, { size, pad, method = 'bilinear', antialias = false }: Canvas): PixelArray<D> {
  const channels = image.data.length / (image.width * image.height);
  const bytes = image.data instanceof Uint8Array;
  const unchanged = content.height === image.height && content.width === image.width;
  const source: PixelArray = bytes && !unchanged ? { ...image, data: new Float32Array(image.data) } : image;
  const { data } = resizeImage(source, { ...content, method, antialias });
  const out = (bytes ? new Uint8Array(size * size * channels).fill(Math.round(255 * pad)) : new Float32Array(size * size * channels).fill(pad)) as D;
  const row = content.width * channels;
  for (let y = 0; y < content.height; y += 1) {
    const [to, from] = [y * size * channels, y * row];
    if (data instanceof Uint8Array || !bytes) out.set(data.subarray(from, from + row), to);
    else for (let x = 0; x < row; x += 1) out[to + x] = Math.round(data[from + x]!);
  }
  return { width: size, height: size, data: out };
}
