import { clipText, drawBox, drawText, fillRect, textWidth, type Rgb } from '../../kernels/draw.js';
import { glyphSize } from '../../kernels/pixelFont.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { boxText, type ContactSheetItem } from './contactSheetItem.js';
import { encodePng } from './encodePng.js';
import { fitInto } from './fitInto.js';
import { labelColors, textColorOn } from './labelColors.js';

const ground: Rgb = [24, 26, 30];
const frame: Rgb = [40, 43, 50];
const keyColor: Rgb = [250, 250, 250];
const captionColor: Rgb = [178, 184, 194];
const margin = 10;
const captionLines = 3;

/** The PNG of a contact sheet: `columns` cells a row, each a square of `thumbnail` pixels above its key and up to three lines of caption. */
export async function contactSheetPng(items: readonly ContactSheetItem[], columns: number, thumbnail: number): Promise<Uint8Array> {
  const colors = labelColors(items.flatMap(({ boxes }) => boxes.map(({ label }) => label)));
  const scale = thumbnail >= 384 ? 2 : 1;
  const line = (glyphSize.height + 4) * scale;
  const cell = { width: thumbnail + margin, height: thumbnail + margin + 6 + line * (1 + captionLines) };
  const across = Math.min(columns, items.length);
  const canvas = newCanvas(margin + across * cell.width, margin + Math.ceil(items.length / across) * cell.height);
  for (const [i, item] of items.entries()) {
    const [x, y] = [margin + (i % across) * cell.width, margin + Math.floor(i / across) * cell.height];
    fillRect(canvas, [x, y, x + thumbnail, y + thumbnail], frame);
    const picture = await fitInto(item.image, thumbnail);
    drawBoxes(picture, item, colors, scale);
    paste(canvas, picture, x + ((thumbnail - picture.width) >> 1), y + ((thumbnail - picture.height) >> 1));
    const below = y + thumbnail + 6;
    drawText(canvas, clipText(oneLine(item.key), thumbnail, scale), { x, y: below, color: keyColor, scale });
    for (const [row, text] of wrap(oneLine(item.caption), thumbnail, scale).entries()) {
      drawText(canvas, text, { x, y: below + line * (row + 1), color: captionColor, scale });
    }
  }
  return encodePng(canvas);
}

/** Lines first and labels after, so that no line crosses a label. */
function drawBoxes(picture: RgbImage, item: ContactSheetItem, colors: ReadonlyMap<string, Rgb>, scale: number): void {
  const { width, height } = item.size ?? item.image;
  const [sx, sy] = [picture.width / width, picture.height / height];
  const scaled = item.boxes.map((one) => ({ one, at: [one.box[0] * sx, one.box[1] * sy, one.box[2] * sx, one.box[3] * sy] as const }));
  for (const { one, at } of scaled) {
    drawBox(picture, [at[0] - 1, at[1] - 1, at[2] + 1, at[3] + 1], [0, 0, 0], 4);
    drawBox(picture, at, colors.get(one.label)!, 2);
  }
  const taken: Place[] = [];
  for (const { one, at } of scaled) {
    if (!at.every(Number.isFinite)) continue;
    const color = colors.get(one.label)!;
    const text = clipText(oneLine(boxText(one)), picture.width - 2 * scale, scale);
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

function newCanvas(width: number, height: number): RgbImage {
  const canvas = { width, height, data: new Uint8Array(width * height * 3) };
  fillRect(canvas, [0, 0, width, height], ground);
  return canvas;
}

function paste(canvas: RgbImage, picture: RgbImage, x: number, y: number): void {
  for (let row = 0; row < picture.height; row++) {
    const from = row * picture.width * 3;
    canvas.data.set(picture.data.subarray(from, from + picture.width * 3), ((y + row) * canvas.width + x) * 3);
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** Up to `captionLines` lines broken between words; the last one is clipped. */
function wrap(text: string, width: number, scale: number): string[] {
  const lines: string[] = [];
  // No more text than could be shown is looked at: a caption may be a megabyte long.
  let rest = text.slice(0, 2000);
  while (rest !== '' && lines.length < captionLines - 1) {
    if (textWidth(rest, scale) <= width) break;
    const fitting = clipText(rest, width, scale).length;
    const space = rest.lastIndexOf(' ', fitting);
    const cut = space > 0 ? space : Math.max(1, fitting);
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return rest === '' ? lines : [...lines, clipText(rest, width, scale)];
}
