import type { RgbImage } from '../../kernels/rgbImage.js';
import type { ContactSheetBox } from './contactSheetItem.js';
import { stageSheetHtml } from './stageSheetHtml.js';
import { stageSheetPng } from './stageSheetPng.js';

/** Something of a sample that can be seen. */
export interface StageSheetPicture {
  /** Said above it, where a cell has several. */
  readonly name: string;
  readonly image: RgbImage;
  readonly boxes: readonly ContactSheetBox[];
  /** Drawn in few colours, not photographed. */
  readonly lossless?: boolean;
}

/** What a stage made of one sample. */
export interface StageSheetCell {
  readonly pictures: readonly StageSheetPicture[];
  /** Below the pictures, one under the other. */
  readonly lines: readonly string[];
}

/** A stage. */
export interface StageSheetRow {
  readonly title: string;
  readonly note: string;
  /** One for each column; none where the stage changed nothing. */
  readonly cells: readonly StageSheetCell[];
}

export interface StageSheet {
  readonly title: string;
  /** What each column is. */
  readonly columns: readonly string[];
  readonly rows: readonly StageSheetRow[];
  /** Said at the end. @default none */
  readonly notes?: readonly string[];
  /** Side of the square that each picture is fitted into, in pixels. @default 256 */
  readonly thumbnail?: number;
}

/**
 * Shows to a person what stages make of samples: a row a stage, a column a sample. A PNG, and a self-contained page (`htmlPage`) with the same and the texts in
 * full. All texts are data from strangers; they stand in the page escaped. Both outputs depend on the sheet only.
 */
export async function stageSheet({ notes = [], thumbnail = 256, ...sheet }: StageSheet): Promise<{ png: Uint8Array; html: string }> {
  return { png: await stageSheetPng({ ...sheet, notes, thumbnail }), html: await stageSheetHtml({ ...sheet, notes, thumbnail }) };
}
