import { stageSheet, type StageSheetCell, type StageSheetPicture } from '../../formats/image/stageSheet.js';
import { hash128 } from '../../kernels/hash.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { previewFiles } from '../../sinks/previewSheet.js';
import type { Stores } from '../../storage/stores.js';
import { writeObject } from '../../storage/writeObject.js';
import { sampleViews } from './sampleViews.js';
import type { RowCell, StageRow } from './stageRows.js';

export interface DrawStageRowsOptions {
  /** Written are FILE.html and FILE.png. */
  readonly file: string;
  readonly title: string;
  /** Draw the samples also where a stage changed nothing. */
  readonly showAll: boolean;
  readonly stores: Stores;
}

/** Draw rows as a stage sheet and write it. @returns the files: the page, then the picture */
export async function drawStageRows(rows: readonly StageRow[], columns: readonly string[], { file, title, showAll, stores }: DrawStageRowsOptions): Promise<readonly string[]> {
  const sheetRows = [];
  let last = '';
  for (const [index, { stage, note, quiet, cells }] of rows.entries()) {
    const shown: StageSheetCell[] = [];
    if (!quiet || showAll) for (const cell of cells) shown.push(await drawCell(cell));
    // Where all look as they did before, only what else has changed is told.
    const looks = looksOf(shown);
    const isNews = showAll || looks !== last;
    if (looks !== '') last = looks;
    sheetRows.push({ title: `${index + 1} ${stage}`, note, cells: isNews ? shown : shown.map(({ lines }) => ({ pictures: [], lines })) });
  }
  const { html, png } = await stageSheet({ title, columns, rows: sheetRows });
  const files = previewFiles(file);
  await writeObject(stores(files[0]), files[0], new TextEncoder().encode(html));
  await writeObject(stores(files[1]), files[1], png);
  return files;
}

async function drawCell({ samples, lines }: RowCell): Promise<StageSheetCell> {
  const [pictures, words]: [StageSheetPicture[], string[]] = [[], []];
  for (const { sample, lines: own } of samples) {
    words.push(...own);
    try {
      pictures.push(...(await sampleViews(sample)));
    } catch (error) {
      if (!(error instanceof SampleFault)) throw error;
      words.push(`not drawn: ${error.code}: ${error.message}`);
    }
  }
  return { pictures, lines: [...words, ...lines] };
}

/** Equal where all pictures are equal, with their boxes; empty where there are none. */
function looksOf(cells: readonly StageSheetCell[]): string {
  return cells.map(({ pictures }) => pictures.map(({ image: { width, height, data }, boxes }) => `${width} ${height} ${hash128(data).join()} ${JSON.stringify(boxes)}`).join(';')).join('|').replace(/^\|*$/, '');
}
