import type { CropBox } from './cropBoxes.js';
import type { PixelArray } from './resizeImage.js';

/** The part of a picture within `crop`, a copy; the picture itself where that is all of it. @throws RangeError for a crop that reaches beyond the picture */
export function cropPicture<P extends PixelArray>(picture: P, { top, left, height, width }: CropBox): P {
  if (top < 0 || left < 0 || top + height > picture.height || left + width > picture.width) throw new RangeError(`cropPicture: ${width} x ${height} at ${left}, ${top} is not within ${picture.width} x ${picture.height}`);
  if (height === picture.height && width === picture.width) return picture;
  const channels = picture.data.length / (picture.width * picture.height);
  const data = new (picture.data.constructor as Uint8ArrayConstructor)(height * width * channels);
  for (let y = 0; y < height; y += 1) {
    const from = ((top + y) * picture.width + left) * channels;
    data.set(picture.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { width, height, data } as PixelArray as P;
}
