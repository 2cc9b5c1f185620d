import type { RgbImage } from '../../kernels/rgbImage.js';
import { fromRgb } from './fromRgb.js';
import { toBytes } from './toBytes.js';

export interface EncodeJpegOptions {
  /** 1 to 100. @default 90 */
  readonly quality?: number;
  /** Chroma at half size (`4:2:0`, the web's habit) or at full size (`4:4:4`). @default '4:2:0' */
  readonly chroma?: '4:2:0' | '4:4:4';
}

/** Encodes as baseline JPEG without metadata. The bytes depend on picture, options and libvips version only. */
export async function encodeJpeg(image: RgbImage, options: EncodeJpegOptions = {}): Promise<Uint8Array> {
  const { quality = 90, chroma = '4:2:0' } = options;
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) throw new RangeError(`encodeJpeg: \`quality\` must be an integer from 1 to 100, got ${quality}`);
  const { data } = await toBytes(fromRgb(image).jpeg({ quality, progressive: false, optimiseCoding: true, chromaSubsampling: chroma }));
  return data;
}
