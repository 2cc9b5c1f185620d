import { createHash } from 'node:crypto';
import type { Rgb } from '../../kernels/draw.js';
import { boxText, type ContactSheetBox, type ContactSheetItem } from './contactSheetItem.js';
import { encodeJpeg } from './encodeJpeg.js';
import { escapeHtml } from './escapeHtml.js';
import { fitInto } from './fitInto.js';
import { labelColors } from './labelColors.js';

const style = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #16181d; --soft: #5a6270; --line: #dde1e7 }
@media (prefers-color-scheme: dark) { :root { --ground: #14161a; --card: #1e2127; --ink: #eceef2; --soft: #a2aab8; --line: #2e333c } }
* { box-sizing: border-box }
body { margin: 0; padding: 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif }
h1 { margin: 0 0 1rem; font: 600 1.05rem/1.4 system-ui, sans-serif; overflow-wrap: anywhere }
main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); align-items: start }
figure { margin: 0; overflow: hidden; background: var(--card); border: 1px solid var(--line); border-radius: .6rem }
.picture { position: relative; line-height: 0 }
img { width: 100%; height: auto; display: block }
svg.boxes { position: absolute; inset: 0; width: 100%; height: 100% }
svg.boxes rect { fill: none; vector-effect: non-scaling-stroke }
figcaption { padding: .7rem .8rem .8rem; overflow-wrap: anywhere }
.key { margin: 0; font: 600 .8rem/1.4 ui-monospace, monospace; color: var(--soft) }
.caption { margin: .3rem 0 0; max-height: 14.5em; overflow-y: auto; white-space: pre-wrap; unicode-bidi: isolate }
ul { margin: .5rem 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .3rem .8rem; font-size: .85rem; color: var(--soft) }
li { display: flex; align-items: center; gap: .35rem; unicode-bidi: isolate }
footer { margin-top: 1.5rem; padding-top: .5rem; border-top: 1px solid var(--line); overflow-wrap: anywhere }
footer ul { display: block }
footer li { display: list-item; margin: .2rem 0 }
li svg { width: .8rem; height: .8rem; flex: none }
`;

/**
 * One self-contained page: pictures as data: URIs, boxes as inline SVG over them, keys, captions and labels in full as escaped text. The policy
 * allows the pictures and the one style sheet (by its hash), nothing else; so no inline style attributes either.
 */
export async function contactSheetHtml(
  items: readonly ContactSheetItem[],
  { thumbnail, title, notes }: { readonly thumbnail: number; readonly title: string; readonly notes: readonly string[] },
): Promise<string> {
  const colors = labelColors(items.flatMap(({ boxes }) => boxes.map(({ label }) => label)));
  const figures = [];
  for (const item of items) figures.push(await figure(item, colors, thumbnail));
  const styleHash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1 dir="auto">${escapeHtml(title)}</h1>
<main>
${figures.join('\n')}
</main>${notes.length === 0 ? '' : `\n<footer><ul>${notes.map((note) => `<li dir="auto">${escapeHtml(note)}</li>`).join('')}</ul></footer>`}
</body>
</html>
`;
}

async function figure(item: ContactSheetItem, colors: ReadonlyMap<string, Rgb>, thumbnail: number): Promise<string> {
  const { width, height } = item.size ?? item.image;
  // Twice the thumbnail, for screens with dense pixels; never larger than the picture unless it is tiny.
  const shown = await fitInto(item.image, Math.min(2 * thumbnail, Math.max(item.image.width, item.image.height, thumbnail)));
  const jpeg = Buffer.from(await encodeJpeg(shown, { quality: 85 })).toString('base64');
  const rects = item.boxes.map((one) => boxRects(one, hex(colors.get(one.label)!))).join('');
  const labels = item.boxes.map((one) => `<li>${swatch(hex(colors.get(one.label)!))}<span dir="auto">${escapeHtml(boxText(one))}</span></li>`).join('');
  return `<figure>
<div class="picture"><img src="data:image/jpeg;base64,${jpeg}" width="${shown.width}" height="${shown.height}" alt="${escapeHtml(item.key)}">
<svg class="boxes" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">${rects}</svg></div>
<figcaption><p class="key">${escapeHtml(item.key)} · ${width}x${height}</p><p class="caption" dir="auto">${escapeHtml(item.caption)}</p>${labels === '' ? '' : `<ul>${labels}</ul>`}</figcaption>
</figure>`;
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
