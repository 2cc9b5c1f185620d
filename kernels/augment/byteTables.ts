import type { RgbImage } from '../rgbImage.js';

/*
 * Changes of colour that look at one byte at a time, as tables of 256 bytes: what a value becomes. The numbers are those of big_vision's RandAugment
 * (specs/vision-language.md 1.3), which are those of EfficientNet's AutoAugment file.
 */

/** Red, green, blue: one table each, or one for all. */
export type Tables = Uint8Array | readonly [red: Uint8Array, green: Uint8Array, blue: Uint8Array];

const tableOf = (value: (byte: number) => number): Uint8Array => Uint8Array.from({ length: 256 }, (_, byte) => value(byte));

/** Every byte of the picture put through its channel's table. */
export function mapBytes({ width, height, data }: RgbImage, tables: Tables): RgbImage {
  const out = new Uint8Array(data.length);
  const [red, green, blue] = tables instanceof Uint8Array ? [tables, tables, tables] : tables;
  for (let i = 0; i < data.length; i += 3) {
    out[i] = red[data[i]!]!;
    out[i + 1] = green[data[i + 1]!]!;
    out[i + 2] = blue[data[i + 2]!]!;
  }
  return { width, height, data: out };
}

/**
 * `from + factor (to - from)` in float32, clipped to 0..255 and cut off: 0 gives `from`, 1 gives `to`, above 1 it goes beyond.
 *
 * @param factor a float32
 */
export function blendByte(from: number, to: number, factor: number): number {
  const value = Math.fround(from + Math.fround(factor * (to - from)));
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value);
}

export const invertTable = (): Uint8Array => tableOf((byte) => 255 - byte);

/** Keep the `bits` upper bits, 0 to 8. With 0 one bit stays, since TensorFlow shifts by 7 at most. */
export function posterizeTable(bits: number): Uint8Array {
  const shift = Math.min(8 - bits, 7);
  return tableOf((byte) => (byte >> shift) << shift);
}

/** Invert what is not below the threshold. */
export const solarizeTable = (threshold: number): Uint8Array => tableOf((byte) => (byte < threshold ? byte : 255 - byte));

/** Add to what is below 128. */
export const solarizeAddTable = (addition: number): Uint8Array => tableOf((byte) => (byte < 128 ? Math.max(0, Math.min(255, byte + addition)) : byte));

/** From one constant grey towards the picture, and beyond for factors above 1: brightness (from black) and contrast (from a mean). */
export const blendTable = (from: number, factor: number): Uint8Array => tableOf((byte) => blendByte(from, byte, Math.fround(factor)));

/** Of each channel the least value to 0 and the largest to 255, in float32, cut off; a channel of one value stays. */
export function autoContrastTables(image: RgbImage): Tables {
  const f = Math.fround;
  return perChannel(image, (counts) => {
    const low = counts.findIndex((count) => count > 0);
    const high = counts.findLastIndex((count) => count > 0);
    if (low >= high) return tableOf((byte) => byte);
    const scale = f(255 / (high - low));
    const offset = f(-low * scale);
    return tableOf((byte) => Math.max(0, Math.min(255, Math.floor(f(f(byte * scale) + offset)))));
  });
}

/** Of each channel the histogram made flat. A channel in which no step of 255 has a pixel stays. */
export function equalizeTables(image: RgbImage): Tables {
  return perChannel(image, (counts) => {
    const last = counts.findLast((count) => count > 0) ?? 0;
    const step = Math.floor((image.width * image.height - last) / 255);
    if (step === 0) return tableOf((byte) => byte);
    let before = 0;
    return tableOf((byte) => {
      const value = byte === 0 ? 0 : Math.min(255, Math.floor((before + Math.floor(step / 2)) / step));
      before += counts[byte]!;
      return value;
    });
  });
}

function perChannel({ data }: RgbImage, table: (counts: Uint32Array) => Uint8Array): Tables {
  const [red, green, blue] = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)];
  for (let i = 0; i < data.length; i += 3) {
    red[data[i]!]! += 1;
    green[data[i + 1]!]! += 1;
    blue[data[i + 2]!]! += 1;
  }
  return [table(red), table(green), table(blue)];
}
