import { escapeHtml } from './escapeHtml.js';
import { htmlPage } from './htmlPage.js';
import { labelColors } from './labelColors.js';
import { labelsHtml, pictureHtml } from './pictureHtml.js';
import type { StageSheet, StageSheetCell } from './stageSheet.js';

const style = `
main { overflow-x: auto }
table { border-collapse: separate; border-spacing: 0 }
th, td { padding: .5rem; border-bottom: 1px solid var(--line); vertical-align: top; text-align: start; min-width: 16rem; max-width: 16rem; overflow-wrap: anywhere }
th { font: 600 .85rem/1.4 ui-monospace, monospace }
th[scope=row] { position: sticky; left: 0; background: var(--ground); min-width: 9rem; max-width: 11rem; z-index: 1 }
th p { margin: .2rem 0 0; font: .8rem/1.4 system-ui, sans-serif; color: var(--soft) }
td p { margin: .25rem 0 0; font-size: .8rem; color: var(--soft); unicode-bidi: isolate; white-space: pre-wrap }
td .name { font: 600 .75rem/1.4 ui-monospace, monospace }
`;

/** The page of a stage sheet: one table, whose first column stays in sight. */
export async function stageSheetHtml({ title, columns, rows, notes, thumbnail }: Required<StageSheet>): Promise<string> {
  const colors = labelColors(rows.flatMap(({ cells }) => cells.flatMap(({ pictures }) => pictures.flatMap(({ boxes }) => boxes.map(({ label }) => label)))));
  const cell = async ({ pictures, lines }: StageSheetCell): Promise<string> => {
    const shown: string[] = [];
    for (const { name, image, boxes, lossless = false } of pictures) {
      const caption = pictures.length > 1 ? `<p class="name">${escapeHtml(name)}</p>` : '';
      shown.push(`${caption}${await pictureHtml({ image, size: image, boxes, colors, thumbnail, alt: name, lossless })}${labelsHtml(boxes, colors)}`);
    }
    return `<td>${shown.join('\n')}${lines.map((line) => `<p dir="auto">${escapeHtml(line)}</p>`).join('')}</td>`;
  };
  const body: string[] = [];
  for (const { title: stage, note, cells } of rows) {
    const shown: string[] = [];
    for (const one of cells) shown.push(await cell(one));
    body.push(`<tr><th scope="row">${escapeHtml(stage)}<p dir="auto">${escapeHtml(note)}</p></th>${shown.length === 0 ? `<td colspan="${columns.length}"></td>` : shown.join('\n')}</tr>`);
  }
  const head = `<tr><th scope="row"></th>${columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('')}</tr>`;
  return htmlPage({ title, style, body: `<table>\n<thead>${head}</thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`, notes });
}
