import type { Rgb } from '../../kernels/draw.js';
import type { ContactSheetItem } from './contactSheetItem.js';
import { escapeHtml } from './escapeHtml.js';
import { htmlPage } from './htmlPage.js';
import { labelColors } from './labelColors.js';
import { labelsHtml, pictureHtml } from './pictureHtml.js';

const style = `
main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); align-items: start }
figure { margin: 0; overflow: hidden; background: var(--card); border: 1px solid var(--line); border-radius: .6rem }
figcaption { padding: .7rem .8rem .8rem; overflow-wrap: anywhere }
.key { margin: 0; font: 600 .8rem/1.4 ui-monospace, monospace; color: var(--soft) }
.caption { margin: .3rem 0 0; max-height: 14.5em; overflow-y: auto; white-space: pre-wrap; unicode-bidi: isolate }
`;

/** One self-contained page ({@link htmlPage}): pictures with boxes over them, keys, captions and labels in full as escaped text. */
export async function contactSheetHtml(
  items: readonly ContactSheetItem[],
  { thumbnail, title, notes }: { readonly thumbnail: number; readonly title: string; readonly notes: readonly string[] },
): Promise<string> {
  const colors = labelColors(items.flatMap(({ boxes }) => boxes.map(({ label }) => label)));
  const figures = [];
  for (const item of items) figures.push(await figure(item, colors, thumbnail));
  return htmlPage({ title, style, body: figures.join('\n'), notes });
}

async function figure({ image, size = image, key, caption, boxes }: ContactSheetItem, colors: ReadonlyMap<string, Rgb>, thumbnail: number): Promise<string> {
  return `<figure>
${await pictureHtml({ image, size, boxes, colors, thumbnail, alt: key })}
<figcaption><p class="key">${escapeHtml(key)} · ${size.width}x${size.height}</p><p class="caption" dir="auto">${escapeHtml(caption)}</p>${labelsHtml(boxes, colors)}</figcaption>
</figure>`;
}
