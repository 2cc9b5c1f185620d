import type { PixelArray } from './resizeImage.js';

/** A part of a picture, in whole pixels from its upper left corner. */
export interface CropBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The pixels inside the box, copied; the picture itself where the box is all of it.
 *
 * @throws RangeError when the box is empty or reaches out of the picture
 */
export function cropImage<D extends Uint8Array | Float32Array>(image: PixelArray<D>, { x, y, width, height }: CropBox): PixelArray<D> {
  const inside = [x, y, width, height].every(Number.isInteger) && x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= image.width && y + height <= image.height;
  if (!inside) throw new RangeError(`cropImage: ${width} x ${height} at (${x}, ${y}) is no part of a picture of ${image.width} x ${image.height}`);
  if (width === image.width && height === image.height) return image;
  const channels = image.data.length / (image.width * image.height);
  const [from, line] = [image.width * channels, width * channels];
  const length = height * line;
  const data = (image.data instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)) as D;
  for (let row = 0; row < height; row += 1) {
    const at = (y + row) * from + x * channels;
    data.set(image.data.subarray(at, at + line), row * line);
  }
  return { width, height, data };
}
