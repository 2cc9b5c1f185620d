import { clipText, drawText, fillRect, type Rgb } from '../../kernels/draw.js';
import { glyphSize } from '../../kernels/pixelFont.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import type { ContactSheetItem } from './contactSheetItem.js';
import { drawLabelledBoxes, labelLine } from './drawLabelledBoxes.js';
import { encodePng } from './encodePng.js';
import { fitInto } from './fitInto.js';
import { labelColors } from './labelColors.js';
import { pasteImage } from './pasteImage.js';
import { wrapText } from './wrapText.js';

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
    drawLabelledBoxes(picture, item.boxes, { size: item.size ?? item.image, colors, scale });
    pasteImage(canvas, picture, x + ((thumbnail - picture.width) >> 1), y + ((thumbnail - picture.height) >> 1));
    const below = y + thumbnail + 6;
    drawText(canvas, clipText(labelLine(item.key), thumbnail, scale), { x, y: below, color: keyColor, scale });
    for (const [row, text] of wrapText(labelLine(item.caption), thumbnail, scale, captionLines).entries()) {
      drawText(canvas, text, { x, y: below + line * (row + 1), color: captionColor, scale });
    }
  }
  return encodePng(canvas);
}

function newCanvas(width: number, height: number): RgbImage {
  const canvas = { width, height, data: new Uint8Array(width * height * 3) };
  fillRect(canvas, [0, 0, width, height], ground);
  return canvas;
}
