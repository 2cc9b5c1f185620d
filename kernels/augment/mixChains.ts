import type { RgbImage } from '../rgbImage.js';
import { float32Rows } from '../wasm/float32Rows.js';
import { rowRoom } from '../wasm/rowRoom.js';
import { distort, type Distortion, type DistortLaw } from './distort.js';

/** What AugMix does to a picture, with everything drawn. */
export interface ChainMix {
  /** Of each chain its share of the augmented picture (they add up to 1) and its steps. */
  readonly chains: readonly { readonly share: number; readonly distortions: readonly Distortion[] }[];
  /** The augmented picture's share of the result, 0 to 1. */
  readonly augmented: number;
}

/**
 * `(1 - m) picture + m (sum of share times chain(picture))`, the mixing of AugMix (arXiv 1912.02781). The sum is float32, the result rounded to the
 * nearest byte.
 */
export function mixChains(image: RgbImage, { chains, augmented }: ChainMix, law?: DistortLaw): RgbImage {
  const { width, height } = image;
  const pictures = [image.data, ...chains.map(({ distortions }) => distort(image, distortions, law).data)];
  const line = 3 * width;
  const room = rowRoom();
  const rows = pictures.map(() => room.row(line));
  // A row of ones, half of it: rounding is cutting off after that.
  const places = room.table(Int32Array.from([...rows, room.table(new Float32Array(line + 4).fill(1))]));
  const weights = room.table(Float32Array.from([1 - augmented, ...chains.map(({ share }) => augmented * share), 0.5]));
  const [packed, sum] = [room.row(line), room.row(line)];
  const bytes = room.bytes();
  const data = new Uint8Array(image.data.length);
  for (let from = 0; from < data.length; from += line) {
    pictures.forEach((picture, i) => {
      bytes.set(picture.subarray(from, from + line), packed);
      float32Rows.fromBytes(rows[i]!, packed, line);
    });
    float32Rows.sumDown(sum, places, weights, 4 * (rows.length + 1), 4 * line);
    float32Rows.toBytes(packed, sum, line);
    data.set(bytes.subarray(packed, packed + line), from);
  }
  return { width, height, data };
}
