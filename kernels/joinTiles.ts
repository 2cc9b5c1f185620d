import type { PixelArray } from './resizeImage.js';

/** One tile's picture; the tiles of a mosaic have one size. */
export interface PlacedTile<P extends PixelArray = PixelArray> {
  /** Row by row from the top left, from 0. */
  readonly place: number;
  readonly pixels: P;
}

/** Where tile `place` stands. */
const cornerOf = (place: number, grid: number): { readonly row: number; readonly column: number } => ({ row: Math.floor(place / grid), column: place % grid });

/**
 * Square pictures of one size as one picture of `grid` by `grid` of them (scenic's `CreateMosaic`, specs/detection.md 3). Places without a tile get the
 * grey `pad`, 0 black to 1 white.
 *
 * @throws RangeError when sizes differ
 */
export function joinPictures<P extends PixelArray>(tiles: readonly PlacedTile<P>[], grid: number, pad: number): P {
  const { pixels } = tiles[0] as PlacedTile<P>;
  const { width, height } = pixels;
  const channels = pixels.data.length / (width * height);
  const row = width * channels;
  const bytes = pixels.data instanceof Uint8Array;
  const out = bytes ? new Uint8Array(pixels.data.length * grid * grid) : new Float32Array(pixels.data.length * grid * grid);
  if (tiles.length < grid * grid) out.fill(bytes ? Math.round(255 * pad) : pad);
  for (const tile of tiles) {
    if (tile.pixels.width !== width || tile.pixels.height !== height) throw new RangeError(`tiles of one mosaic have one size, got ${width} x ${height} and ${tile.pixels.width} x ${tile.pixels.height}`);
    const corner = cornerOf(tile.place, grid);
    for (let y = 0; y < height; y += 1) {
      out.set(tile.pixels.data.subarray(y * row, (y + 1) * row), ((corner.row * height + y) * grid + corner.column) * row);
    }
  }
  return { width: width * grid, height: height * grid, data: out } as PixelArray as P;
}

/** The relative boxes x0 y0 x1 y1 of all tiles in the mosaic, tile by tile in the order given. */
export function joinBoxes(tiles: readonly { readonly place: number; readonly boxesXyxy: Float32Array }[], grid: number): Float32Array {
  const out = new Float32Array(tiles.reduce((sum, { boxesXyxy }) => sum + boxesXyxy.length, 0));
  let at = 0;
  for (const { place, boxesXyxy } of tiles) {
    const { row, column } = cornerOf(place, grid);
    for (let i = 0; i < boxesXyxy.length; i += 1, at += 1) out[at] = (boxesXyxy[i]! + (i % 2 === 0 ? column : row)) / grid;
  }
  return out;
}

/** What is known to be in no tile: negatives of any tile that are a positive of none, once each, sorted by their code units. */
export function joinNegatives(tiles: readonly { readonly boxLabels: readonly (readonly string[])[]; readonly negativeLabels: readonly string[] }[]): string[] {
  const positives = new Set(tiles.flatMap(({ boxLabels }) => boxLabels.flat()));
  return [...new Set(tiles.flatMap(({ negativeLabels }) => negativeLabels))].filter((label) => !positives.has(label)).toSorted();
}
