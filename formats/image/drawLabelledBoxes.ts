import { clipText, drawBox, drawText, textWidth, type Rgb } from '../../kernels/draw.js';
import { glyphSize } from '../../kernels/pixelFont.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { boxText, type ContactSheetBox } from './contactSheetItem.js';
import { labelColors, textColorOn } from './labelColors.js';

export interface DrawLabelledBoxesOptions {
  /** Size of the picture that the boxes are in, in pixels, where `picture` is another rendering of it. @default that of `picture` */
  readonly size?: { readonly width: number; readonly height: number };
  /** One for each label. @default those of `labelColors` */
  readonly colors?: ReadonlyMap<string, Rgb>;
  /** Pixels per pixel of the labels' font. @default 1 */
  readonly scale?: number;
}

/**
 * Draws boxes with their labels and scores over a picture: lines first and labels after, so that no line crosses a label. Changes
 * `picture.data`: it is for a picture that the caller has just made, never for a sample's.
 */
export function drawLabelledBoxes(picture: RgbImage, boxes: readonly ContactSheetBox[], { size = picture, colors = labelColors(boxes.map(({ label }) => label)), scale = 1 }: DrawLabelledBoxesOptions = {}): void {
  const [sx, sy] = [picture.width / size.width, picture.height / size.height];
  const scaled = boxes.map((one) => ({ one, at: [one.box[0] * sx, one.box[1] * sy, one.box[2] * sx, one.box[3] * sy] as const }));
  for (const { one, at } of scaled) {
    drawBox(picture, [at[0] - 1, at[1] - 1, at[2] + 1, at[3] + 1], [0, 0, 0], 4);
    drawBox(picture, at, colors.get(one.label)!, 2);
  }
  const taken: Place[] = [];
  for (const { one, at } of scaled) {
    if (!at.every(Number.isFinite)) continue;
    const color = colors.get(one.label)!;
    const text = clipText(labelLine(boxText(one)), picture.width - 2 * scale, scale);
    const place = labelPlace(picture, at, textWidth(text, scale), scale, taken);
    taken.push(place);
    drawText(picture, text, { ...place, color: textColorOn(color), background: color, scale });
  }
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Where a label stands: above its box, inside at the top, below, or inside at the bottom; the first of these that covers no label before it. */
function labelPlace(picture: RgbImage, at: readonly [number, number, number, number], width: number, scale: number, taken: readonly Place[]): Place {
  const line = (glyphSize.height + 2) * scale;
  const [top, bottom] = [Math.round(Math.min(at[1], at[3])), Math.round(Math.max(at[1], at[3]))];
  const x = Math.max(scale, Math.min(Math.round(Math.min(at[0], at[2])) + scale, picture.width - width - scale));
  const lowest = picture.height - line + scale;
  const rows = [top - line + scale, top + scale, bottom + scale, bottom - line + scale].map((y) => ({ x, width, y: Math.max(scale, Math.min(y, lowest)) }));
  const isFree = ({ y }: Place): boolean => taken.every((other) => Math.abs(other.y - y) >= line || other.x > x + width + scale || x > other.x + other.width + scale);
  return rows.find((row) => row.y > scale && isFree(row)) ?? rows.find(isFree) ?? rows[0]!;
}

/** Text from data as one line: blanks and control characters become a space. */
export function labelLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}
