import { glyph, glyphSize } from './pixelFont.js';
import type { RgbImage } from './rgbImage.js';

/** Red, green, blue, each 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Fills the rectangle from (x0, y0) to before (x1, y1), in pixels, rounded and clipped to the canvas.
 *
 * This and the other functions here change `canvas.data`: they are for a canvas that the caller has just made, never for a sample's picture.
 */
export function fillRect(canvas: RgbImage, [x0, y0, x1, y1]: readonly [number, number, number, number], [red, green, blue]: Rgb): void {
  const left = Math.max(0, Math.round(x0));
  const right = Math.min(canvas.width, Math.round(x1));
  const bottom = Math.min(canvas.height, Math.round(y1));
  for (let y = Math.max(0, Math.round(y0)); y < bottom; y++) {
    for (let at = (y * canvas.width + left) * 3, end = (y * canvas.width + right) * 3; at < end; at += 3) {
      canvas.data[at] = red;
      canvas.data[at + 1] = green;
      canvas.data[at + 2] = blue;
    }
  }
}

/**
 * Draws the outline of the box [x0, y0, x1, y1] in pixels, its lines inside the box, clipped to the canvas.
 *
 * `thickness` is in pixels, 2 unless said. A box that is not finite draws nothing; corners in the wrong order are put right, and a box
 * without area is one pixel.
 */
export function drawBox(canvas: RgbImage, box: readonly [number, number, number, number], color: Rgb, thickness = 2): void {
  if (!box.every(Number.isFinite)) return;
  const [left, top] = [Math.round(Math.min(box[0], box[2])), Math.round(Math.min(box[1], box[3]))];
  const right = Math.max(left + 1, Math.round(Math.max(box[0], box[2])));
  const bottom = Math.max(top + 1, Math.round(Math.max(box[1], box[3])));
  fillRect(canvas, [left, top, right, Math.min(bottom, top + thickness)], color);
  fillRect(canvas, [left, Math.max(top, bottom - thickness), right, bottom], color);
  fillRect(canvas, [left, top, Math.min(right, left + thickness), bottom], color);
  fillRect(canvas, [Math.max(left, right - thickness), top, right, bottom], color);
}

export interface DrawTextOptions {
  /** Upper left corner of the first glyph, pixels. */
  readonly x: number;
  readonly y: number;
  readonly color: Rgb;
  /** Paints a ground one scaled pixel around the text. @default none */
  readonly background?: Rgb;
  /** Pixels per pixel of the font, an integer from 1. @default 1 */
  readonly scale?: number;
}

/** Draws one line of text in the 5x7 font ({@link glyph}), one column of space between glyphs, clipped to the canvas. */
export function drawText(canvas: RgbImage, text: string, options: DrawTextOptions): void {
  const { x, y, color, background, scale = 1 } = options;
  if (background !== undefined && text !== '') {
    fillRect(canvas, [x - scale, y - scale, x + textWidth(text, scale) + scale, y + (glyphSize.height + 1) * scale], background);
  }
  let left = x;
  for (const character of text) {
    for (const [row, bits] of glyph(character).entries()) {
      for (let column = 0; column < glyphSize.width; column++) {
        if (((bits >> (glyphSize.width - 1 - column)) & 1) === 0) continue;
        fillRect(canvas, [left + column * scale, y + row * scale, left + (column + 1) * scale, y + (row + 1) * scale], color);
      }
    }
    left += (glyphSize.width + 1) * scale;
  }
}

/** Width in pixels that `drawText` uses for a line, without the ground's margin. */
export function textWidth(text: string, scale = 1): number {
  const characters = [...text].length;
  return characters === 0 ? 0 : (characters * (glyphSize.width + 1) - 1) * scale;
}

/** The longest beginning of `text` that is at most `width` pixels wide, with `...` where it was cut. */
export function clipText(text: string, width: number, scale = 1): string {
  const characters = [...text];
  const fits = Math.max(0, Math.floor((width / scale + 1) / (glyphSize.width + 1)));
  if (characters.length <= fits) return text;
  return fits < 3 ? characters.slice(0, fits).join('') : `${characters.slice(0, fits - 3).join('').trimEnd()}...`;
}
