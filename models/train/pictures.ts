import { UsageError } from '../../engine/errors.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import { patchesOf } from './layers/patchesOf.js';
import type { Positions, PictureTokens } from './layers/vit.js';
import type { Tensor4D, Tf } from './tf.js';

/** A picture as models take it: floats, `valueRange` behind it. */
export interface PictureField {
  readonly pixels: PixelArray<Float32Array>;
}

/**
 * Whole pictures as tokens: every patch, with its place. `[batch, height, width, 3]`
 * @throws UsageError when the patches do not cover them
 */
export function pictureTokens(tf: Tf, pixels: Tensor4D, patchSize: number, positions: Positions): PictureTokens {
  const [batch, height, width] = pixels.shape;
  const [rows, columns] = [height / patchSize, width / patchSize];
  if (!Number.isInteger(rows) || !Number.isInteger(columns)) throw new UsageError(`train: pictures of ${width} x ${height} pixels cannot be cut into patches of ${patchSize} x ${patchSize}`);
  const tokens = (positions.kind === 'learned' ? 1 : batch) * rows * columns;
  const places = (of: (token: number) => number, count: number, table: number): Float32Array => Float32Array.from({ length: tokens }, (_, token) => placeOf(positions.kind, of(token % (rows * columns)), count, table));
  const [tableRows, tableColumns] = positions.kind === 'learned' ? positions.grid : [rows, columns];
  return {
    patches: patchesOf(tf, pixels, patchSize),
    rows: tf.tensor1d(places((token) => Math.floor(token / columns), rows, tableRows)),
    columns: tf.tensor1d(places((token) => token % columns, columns, tableColumns)),
  };
}

/** Place `at` of `count` as the model wants it: whole, as a share, or in the places of a table, whose grid lies over the picture's (half-pixel centres). */
function placeOf(kind: Positions['kind'], at: number, count: number, table: number): number {
  if (kind === 'fractional') return at / count;
  return kind === 'learned' ? Math.min(Math.max(((at + 0.5) * table) / count - 0.5, 0), table - 1) : at;
}
