import type { Rgb } from '../../kernels/draw.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import { boxText, type ContactSheetBox } from './contactSheetItem.js';
import { encodeJpeg } from './encodeJpeg.js';
import { encodePng } from './encodePng.js';
import { escapeHtml } from './escapeHtml.js';
import { fitInto } from './fitInto.js';

export interface PictureHtml {
  readonly image: RgbImage;
  /** The size that the boxes are in. */
  readonly size: { readonly width: number; readonly height: number };
  readonly boxes: readonly ContactSheetBox[];
  /** One for each label. */
  readonly colors: ReadonlyMap<string, Rgb>;
  /** Side of the square that the picture is shown in, in pixels. */
  readonly thumbnail: number;
  readonly alt: string;
  /** PNG instead of JPEG: for what is drawn in few colours. @default false */
  readonly lossless?: boolean;
}

/** A picture as a data: URI with its boxes as inline SVG over it, for a page with `pageStyle`. */
export async function pictureHtml({ image, size: { width, height }, boxes, colors, thumbnail, alt, lossless = false }: PictureHtml): Promise<string> {
  // Twice the thumbnail, for screens with dense pixels; never larger than the picture unless it is tiny.
  const shown = await fitInto(image, Math.min(2 * thumbnail, Math.max(image.width, image.height, thumbnail)));
  const data = Buffer.from(lossless ? await encodePng(shown) : await encodeJpeg(shown, { quality: 85 })).toString('base64');
  const rects = boxes.map((one) => boxRects(one, hex(colors.get(one.label)!))).join('');
  return `<div class="picture"><img src="data:image/${lossless ? 'png' : 'jpeg'};base64,${data}" width="${shown.width}" height="${shown.height}" alt="${escapeHtml(alt)}">
<svg class="boxes" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">${rects}</svg></div>`;
}

/** The labels of a picture with their colours; empty where it has none. */
export function labelsHtml(boxes: readonly ContactSheetBox[], colors: ReadonlyMap<string, Rgb>): string {
  const labels = boxes.map((one) => `<li>${swatch(hex(colors.get(one.label)!))}<span dir="auto">${escapeHtml(boxText(one))}</span></li>`).join('');
  return labels === '' ? '' : `<ul>${labels}</ul>`;
}

/** A dark line below the coloured one keeps a box visible on a ground of its own colour. The title shows the label to a mouse. */
function boxRects(one: ContactSheetBox, color: string): string {
  const [x0, y0, x1, y1] = one.box;
  if (!one.box.every(Number.isFinite)) return '';
  const place = `x="${Math.min(x0, x1)}" y="${Math.min(y0, y1)}" width="${Math.abs(x1 - x0)}" height="${Math.abs(y1 - y0)}"`;
  return `<rect ${place} stroke="#000" stroke-width="4"/><rect ${place} stroke="${color}" stroke-width="2"><title>${escapeHtml(boxText(one))}</title></rect>`;
}

function swatch(color: string): string {
  return `<svg viewBox="0 0 8 8" aria-hidden="true"><rect width="8" height="8" rx="2" fill="${color}"/></svg>`;
}

function hex(color: Rgb): string {
  return `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
