import type { CutBox } from './cutBox.js';
import type { PixelArray } from './resizeImage.js';

/**
 * A new picture: `image`, and inside the box `other`. Any number of channels.
 *
 * @throws RangeError when the two differ in size, channels or kind of number
 */
export function pasteBox<D extends Uint8Array | Float32Array>(image: PixelArray<D>, other: PixelArray<D>, [x0, y0, x1, y1]: CutBox): PixelArray<D> {
  const { width, height } = image;
  if (width !== other.width || height !== other.height || image.data.length !== other.data.length || image.data.constructor !== other.data.constructor) {
    throw new RangeError(`pasteBox: a picture of ${sizeText(image)} cannot take a box of one of ${sizeText(other)}`);
  }
  const data = image.data.slice() as D;
  const channels = data.length / (width * height);
  for (let y = y0; y < y1; y += 1) {
    const row = y * width;
    data.set(other.data.subarray((row + x0) * channels, (row + x1) * channels), (row + x0) * channels);
  }
  return { width, height, data };
}

function sizeText({ width, height, data }: PixelArray): string {
  return `${width} x ${height} x ${data.length / (width * height)} ${data instanceof Uint8Array ? 'bytes' : 'floats'}`;
}
