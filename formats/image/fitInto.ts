import type { RgbImage } from '../../kernels/rgbImage.js';
import { fromRgb } from './fromRgb.js';
import { toBytes } from './toBytes.js';

/** The picture scaled so that its longer side is `side` pixels; enlarged pixels stay square, so that a tiny picture shows what it is. */
export async function fitInto(image: RgbImage, side: number): Promise<RgbImage> {
  const scale = side / Math.max(image.width, image.height);
  const [width, height] = [Math.max(1, Math.round(image.width * scale)), Math.max(1, Math.round(image.height * scale))];
  const { data } = await toBytes(fromRgb(image).resize(width, height, { fit: 'fill', kernel: scale > 1 ? 'nearest' : 'lanczos3' }).raw());
  return { width, height, data };
}
