import { fillRect, type Rgb } from '../../kernels/draw.js';
import { labelColors } from '../../formats/image/labelColors.js';
import type { RgbImage } from '../../kernels/rgbImage.js';

/** Tokens in a line, and the side of one in pixels. */
const LINE = 32;
const TOKEN = 6;
const PADDING: Rgb = [128, 128, 128];
const GROUND: Rgb = [24, 26, 30];

/** A packed sequence: a square a token, line by line, one colour for each example (segment ids from 1); padding (0) is grey. */
export function drawSegments(segmentIds: Int32Array): RgbImage {
  const lines = Math.max(1, Math.ceil(segmentIds.length / LINE));
  const [width, height] = [Math.max(1, Math.min(LINE, segmentIds.length)) * TOKEN, lines * TOKEN];
  const picture = { width, height, data: new Uint8Array(width * height * 3) };
  fillRect(picture, [0, 0, width, height], GROUND);
  const colors = labelColors(Array.from(new Set(segmentIds), (id) => String(id).padStart(9, '0')));
  for (const [token, id] of segmentIds.entries()) {
    const [x, y] = [(token % LINE) * TOKEN, Math.floor(token / LINE) * TOKEN];
    fillRect(picture, [x, y, x + TOKEN - 1, y + TOKEN - 1], id === 0 ? PADDING : (colors.get(String(id).padStart(9, '0')) as Rgb));
  }
  return picture;
}
