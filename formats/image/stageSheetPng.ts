import { clipText, drawText, fillRect, type Rgb } from '../../kernels/draw.js';
import { glyphSize } from '../../kernels/pixelFont.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { pasteImage } from './pasteImage.js';
import { drawLabelledBoxes, labelLine } from './drawLabelledBoxes.js';
import { encodePng } from './encodePng.js';
import { fitInto } from './fitInto.js';
import { labelColors } from './labelColors.js';
import type { StageSheet, StageSheetCell } from './stageSheet.js';
import { wrapText } from './wrapText.js';

const ground: Rgb = [24, 26, 30];
const band: Rgb = [44, 48, 56];
const titleColor: Rgb = [250, 250, 250];
const textColor: Rgb = [178, 184, 194];
const margin = 10;
const line = glyphSize.height + 4;
/** Lines of text below the pictures of a cell; the page has all of them. */
const maxLines = 6;

/** The PNG of a stage sheet: below the columns' names a band a stage, and its cells under it. */
export async function stageSheetPng({ columns, rows, thumbnail }: Required<StageSheet>): Promise<Uint8Array> {
  const colors = labelColors(rows.flatMap(({ cells }) => cells.flatMap(({ pictures }) => pictures.flatMap(({ boxes }) => boxes.map(({ label }) => label)))));
  const step = thumbnail + margin;
  const width = margin + columns.length * step;
  const textOf = (cell: StageSheetCell): string[] => cell.lines.flatMap((text) => wrapText(labelLine(text), thumbnail, 1, 2)).slice(0, maxLines);

  const drawn: { readonly title: string; readonly cells: readonly (StageSheetCell & { readonly text: readonly string[]; readonly images: readonly RgbImage[] })[]; readonly height: number }[] = [];
  for (const { title, note, cells } of rows) {
    const shown = [];
    for (const cell of cells) {
      const images: RgbImage[] = [];
      for (const { image, boxes } of cell.pictures) {
        const picture = await fitInto(image, thumbnail);
        drawLabelledBoxes(picture, boxes, { size: image, colors });
        images.push(picture);
      }
      shown.push({ ...cell, images, text: textOf(cell) });
    }
    const height = Math.max(0, ...shown.map(({ images, text }) => images.reduce((sum, image) => sum + image.height + 4, 0) + text.length * line));
    drawn.push({ title: note === '' ? title : `${title}: ${note}`, cells: shown, height: height === 0 ? 0 : height + margin });
  }

  const lower = 2 * margin + 2 * line + drawn.reduce((sum, { height }) => sum + 2 * line + height, 0);
  const canvas = { width, height: lower, data: new Uint8Array(width * lower * 3) };
  fillRect(canvas, [0, 0, canvas.width, canvas.height], ground);
  for (const [index, column] of columns.entries()) drawText(canvas, clipText(labelLine(column), thumbnail), { x: margin + index * step, y: margin, color: titleColor });
  let y = margin + 2 * line;
  for (const { title, cells, height } of drawn) {
    fillRect(canvas, [0, y - 3, canvas.width, y + line], band);
    drawText(canvas, clipText(labelLine(title), canvas.width - 2 * margin), { x: margin, y, color: titleColor });
    for (const [index, { images, text }] of cells.entries()) {
      let top = y + line + 5;
      for (const image of images) {
        pasteImage(canvas, image, margin + index * step, top);
        top += image.height + 4;
      }
      for (const [row, words] of text.entries()) drawText(canvas, words, { x: margin + index * step, y: top + row * line, color: textColor });
    }
    y += 2 * line + height;
  }
  return encodePng(canvas);
}
