/** Each channel's byte as its part of the grey value, 0 to 1. */
export type GreyTables = readonly [red: Float32Array, green: Float32Array, blue: Float32Array];

/** The parts of red, green and blue in TensorFlow's `rgb_to_grayscale`: float32 of byte / 255 times 0.2989, 0.587, 0.114. */
export function greyTables(): GreyTables {
  const part = (weight: number): Float32Array => Float32Array.from({ length: 256 }, (_, byte) => Math.fround(Math.fround(byte * Math.fround(1 / 255)) * Math.fround(weight)));
  return [part(0.2989), part(0.587), part(0.114)];
}

/** The grey byte of a pixel as `rgb_to_grayscale` has it: times 255.5, cut off. Red is 76, green 149, blue 29 (specs/vision-language.md 1.2). */
export function greyOf([r, g, b]: GreyTables, red: number, green: number, blue: number): number {
  const f = Math.fround;
  return Math.floor(f(f(f(r[red]! + g[green]!) + b[blue]!) * 255.5));
}
