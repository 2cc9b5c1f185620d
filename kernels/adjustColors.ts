import { blendGrey } from './augment/blendGrey.js';
import { mapBytes } from './augment/byteTables.js';
import type { RgbImage } from './rgbImage.js';

/** One change of a picture's colours. */
export interface ColorStep {
  readonly kind: 'brightness' | 'contrast' | 'saturation' | 'hue';
  /** Of hue: what is added to it, in turns of the colour circle, -0.5 to 0.5; of the others a factor from 0 up, 1 changes nothing. */
  readonly amount: number;
}

const f = Math.fround;

/**
 * The changes done one after the other, each as torchvision's `adjust_brightness`, `adjust_contrast`, `adjust_saturation` and `adjust_hue` of a byte tensor: float32, and each
 * result cut off to bytes. Brightness blends with black, contrast with the mean of the grey bytes, saturation with the grey byte of each pixel (0.2989, 0.587, 0.114); hue
 * turns H of HSV.
 */
export function adjustColors(image: RgbImage, steps: readonly ColorStep[]): RgbImage {
  return steps.reduce((picture, { kind, amount }) => {
    if (kind === 'hue') return turnHue(picture, amount);
    if (kind === 'saturation') return saturate(picture, amount);
    const from = kind === 'contrast' ? meanGrey(picture) : 0;
    return mapBytes(picture, Uint8Array.from({ length: 256 }, (_, byte) => blend(byte, from, f(amount), f(1 - amount))));
  }, image);
}

/** `share to + rest from`; a store into bytes cuts off what is behind the point. */
function blend(to: number, from: number, share: number, rest: number): number {
  const value = f(f(share * to) + f(rest * from));
  return value <= 0 ? 0 : value >= 255 ? 255 : value;
}

const greyOf = (red: number, green: number, blue: number): number => Math.floor(f(f(f(f(0.2989) * red) + f(f(0.587) * green)) + f(f(0.114) * blue)));

function meanGrey({ data }: RgbImage): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) sum += greyOf(data[i]!, data[i + 1]!, data[i + 2]!);
  return f(sum / (data.length / 3));
}

function saturate(image: RgbImage, amount: number): RgbImage {
  const share = f(amount);
  const rest = f(1 - amount);
  return blendGrey(image, greyOf, (grey, value) => blend(value, grey, share, rest));
}

function turnHue({ width, height, data }: RgbImage, turn: number): RgbImage {
  const out = new Uint8Array(data.length);
  const unit = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
  for (let i = 0; i < data.length; i += 3) {
    const red = unit[data[i]!]!;
    const green = unit[data[i + 1]!]!;
    const blue = unit[data[i + 2]!]!;
    const value = Math.max(red, green, blue);
    const range = f(value - Math.min(red, green, blue));
    const saturation = range === 0 ? 0 : f(range / value);
    const divisor = range === 0 ? 1 : range;
    const toRed = f(f(value - red) / divisor);
    const toGreen = f(f(value - green) / divisor);
    const toBlue = f(f(value - blue) / divisor);
    const sixths = value === red ? f(toBlue - toGreen) : value === green ? f(f(2 + toRed) - toBlue) : f(f(4 + toGreen) - toRed);
    const hue = f(f(f(f(sixths / 6) + 1) % 1) + f(turn));
    const circle = f(f(hue - Math.floor(hue)) * 6);
    const sector = Math.floor(circle);
    const along = f(circle - sector);
    const low = f(value * f(1 - saturation));
    const falling = f(value * f(1 - f(saturation * along)));
    const rising = f(value * f(1 - f(saturation * f(1 - along))));
    // Red, green, blue of the six sectors; 6 is 0 again.
    const place = sector % 6;
    out[i] = byteOf(place === 0 || place === 5 ? value : place === 1 ? falling : place === 4 ? rising : low);
    out[i + 1] = byteOf(place === 1 || place === 2 ? value : place === 0 ? rising : place === 3 ? falling : low);
    out[i + 2] = byteOf(place === 3 || place === 4 ? value : place === 2 ? rising : place === 5 ? falling : low);
  }
  return { width, height, data: out };
}

/** torchvision's way from 0..1 to bytes. */
const byteOf = (value: number): number => Math.max(0, Math.min(255, f(value * f(255.999))));
