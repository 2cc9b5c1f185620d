import type { Patches } from '../patches.js';
import { sequenceLayout, type SequenceLayout } from './sequenceLayout.js';

/** Patches of several pictures in one sequence. */
export interface PackedPatches extends SequenceLayout {
  /** Values of a token. */
  readonly width: number;
  /** `[length, width]`; 0 in padding. */
  readonly data: Float32Array | Uint8Array;
  /** `[length]`: the row of each patch in the grid of its own picture, from 0. */
  readonly rows: Int32Array;
  /** `[length]`: its column. */
  readonly columns: Int32Array;
  /** `[length]`: row / rows of the picture, 0 up to 1: the fractional coordinates of NaViT (arXiv 2307.06304 section 2.1). */
  readonly fractionalRows: Float32Array;
  /** `[length]`: column / columns of the picture. */
  readonly fractionalColumns: Float32Array;
}

/** @throws RangeError where the pictures do not fit, or are no patches of one kind */
export function packPatches(pictures: readonly Patches[], length: number, examples?: number): PackedPatches {
  const layout = sequenceLayout(pictures.map(({ count }) => count), length, examples);
  const { width = 0, data: sample } = pictures[0] ?? {};
  const data = sample instanceof Uint8Array ? new Uint8Array(length * width) : new Float32Array(length * width);
  const [rows, columns] = [new Int32Array(length), new Int32Array(length)];
  const [fractionalRows, fractionalColumns] = [new Float32Array(length), new Float32Array(length)];
  for (const [example, picture] of pictures.entries()) {
    if (picture.width !== width || picture.data instanceof Uint8Array !== sample instanceof Uint8Array) {
      throw new RangeError(`patches of ${width} and of ${picture.width} values, or bytes and floats, cannot stand in one sequence`);
    }
    const at = layout.cumulativeLengths[example] as number;
    data.set(picture.data, at * width);
    rows.set(picture.rows, at);
    columns.set(picture.columns, at);
    for (let token = 0; token < picture.count; token += 1) {
      fractionalRows[at + token] = (picture.rows[token] as number) / picture.grid[0];
      fractionalColumns[at + token] = (picture.columns[token] as number) / picture.grid[1];
    }
  }
  return { ...layout, width, data, rows, columns, fractionalRows, fractionalColumns };
}
