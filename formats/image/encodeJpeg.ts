import type { RgbImage } from '../../kernels/rgbImage.js';
import { fromRgb } from './fromRgb.js';

export interface EncodeJpegOptions {
  /** 1 to 100. @default 90 */
  readonly quality?: number;
}

/** Encodes as baseline JPEG with 4:2:0 chroma and no metadata. The bytes depend on picture, quality and libvips version only. */
export async function encodeJpeg(image: RgbImage, options: EncodeJpegOptions = {}): Promise<Uint8Array> {
  const { quality = 90 } = options;
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) throw new RangeError(`encodeJpeg: \`quality\` must be an integer from 1 to 100, got ${quality}`);
  const { data } = await fromRgb(image).jpeg({ quality, progressive: false, optimiseCoding: true, chromaSubsampling: '4:2:0' }).toUint8Array();
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
