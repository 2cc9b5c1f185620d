import type { RgbImage } from '../../kernels/rgbImage.js';

/** Puts a picture on a canvas that the caller has just made, its upper left corner at (x, y); it must fit. Changes `canvas.data`. */
export function pasteImage(canvas: RgbImage, picture: RgbImage, x: number, y: number): void {
  for (let row = 0; row < picture.height; row++) {
    const from = row * picture.width * 3;
    canvas.data.set(picture.data.subarray(from, from + picture.width * 3), ((y + row) * canvas.width + x) * 3);
  }
}
