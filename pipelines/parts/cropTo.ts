import type { DecodedImage } from '../../operators/image/decodeImage.js';

type RgbImage = DecodedImage['pixels'];

/** The square around a box `[x0, y0, x1, y1]`, a tenth wider on each side; what lies outside the picture is grey. */
export function cropTo({ width, height, data }: RgbImage, [x0, y0, x1, y1]: readonly [number, number, number, number]): RgbImage {
  const side = Math.ceil(1.2 * Math.max(x1 - x0, y1 - y0));
  const [left, top] = [Math.round((x0 + x1 - side) / 2), Math.round((y0 + y1 - side) / 2)];
  const out = new Uint8Array(side * side * 3).fill(128);
  for (let row = Math.max(0, -top); row < Math.min(side, height - top); row += 1) {
    const [from, to] = [Math.max(0, left), Math.min(width, left + side)];
    out.set(data.subarray(((top + row) * width + from) * 3, ((top + row) * width + to) * 3), (row * side + from - left) * 3);
  }
  return { width: side, height: side, data: out };
}
