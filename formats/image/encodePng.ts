import type { RgbImage } from '../../kernels/rgbImage.js';
import { fromRgb } from './fromRgb.js';
import { toBytes } from './toBytes.js';

/** Encodes as 8-bit RGB PNG without metadata; lossless. The bytes depend on the picture and the libvips version only. */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  const { data } = await toBytes(fromRgb(image).png({ compressionLevel: 6, adaptiveFiltering: false, palette: false }));
  return data;
}
