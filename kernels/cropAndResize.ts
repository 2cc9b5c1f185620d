import { cropImage, type CropBox } from './cropImage.js';
import { resizeImage, type PixelArray, type ResizeOptions } from './resizeImage.js';

/** The pixels inside the box, resized where a size is said: the two kernels in one call of a thread. */
export function cropAndResize(image: PixelArray, box: CropBox, resize?: ResizeOptions): PixelArray {
  const part = cropImage(image, box);
  return resize === undefined ? part : resizeImage(part, resize);
}
