import type { Sharp } from 'sharp';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { sharp } from './sharp.js';

/** A sharp pipeline that begins with decoded pixels. Throws RangeError when `data` does not hold width x height x 3 bytes. */
export function fromRgb({ width, height, data }: RgbImage): Sharp {
  if (width < 1 || height < 1 || data.length !== width * height * 3) {
    throw new RangeError(`image: ${width}x${height} pixels need ${width * height * 3} bytes of RGB, got ${data.length}`);
  }
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}
