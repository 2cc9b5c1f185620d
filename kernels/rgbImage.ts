/** A decoded picture: 8-bit RGB, interleaved, row by row from the top left; `data.length === width * height * 3`. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
