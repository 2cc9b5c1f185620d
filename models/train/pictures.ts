import { UsageError } from '../../engine/errors.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import { patchesOf } from './layers/patchesOf.js';
import type { Positions, PictureTokens } from './layers/vit.js';
import type { Tensor4D, Tf } from './tf.js';

/** A picture as models take it: floats, `valueRange` behind it. */
export interface PictureField {
  readonly pixels: PixelArray<Float32Array>;
}

/** Whole pictures as tokens: every patch, with its place. `[batch, height, width, 3]` @throws UsageError when the patches do not cover them, or are not the `learned` grid */
export function pictureTokens(tf: Tf, pixels: Tensor4D, patchSize: number, positions: Positions): PictureTokens {
  const [batch, height, width] = pixels.shape;
  const [rows, columns] = [height / patchSize, width / patchSize];
  if (!Number.isInteger(rows) || !Number.isInteger(columns)) throw new UsageError(`train: pictures of ${width} x ${height} pixels cannot be cut into patches of ${patchSize} x ${patchSize}`);
  if (positions.kind === 'learned' && (positions.grid[0] !== rows || positions.grid[1] !== columns)) {
    throw new UsageError(`train: the model has learned positions for ${positions.grid[0]} x ${positions.grid[1]} patches, and a picture has ${rows} x ${columns}`);
  }
  const share = positions.kind === 'fractional';
  const place = (of: (token: number) => number, sides: number): Float32Array => Float32Array.from({ length: batch * rows * columns }, (_, token) => of(token % (rows * columns)) / (share ? sides : 1));
  return {
    patches: patchesOf(tf, pixels, patchSize),
    rows: tf.tensor1d(place((token) => Math.floor(token / columns), rows)),
    columns: tf.tensor1d(place((token) => token % columns, columns)),
  };
}
