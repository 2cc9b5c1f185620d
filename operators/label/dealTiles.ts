import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { withFields, type Origin, type Sample, type With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import { dealRound, picturesOfRound } from '../../kernels/mosaicRound.js';

/** Where a sample goes in which mosaic. */
export interface Tile {
  /** Pictures along a side of the mosaic. */
  readonly grid: number;
  /** Row by row from the top left, from 0. */
  readonly place: number;
  /** Side of the tile, in pixels. */
  readonly side: number;
  /** Who stands in the first tile: it names the mosaic. */
  readonly first: Origin;
}

/** What `dealTiles` adds. */
export interface Dealt {
  readonly tile: Tile;
}

export interface DealTilesOptions {
  /** Pictures along a side, for each kind of mosaic: [1, 2, 3] for OWL-ViT, [1, 2, 3, 4, 6] for OWL-ST. 1 is a picture alone. */
  readonly grids: readonly number[];
  /** Mosaics of each kind in a round, whole numbers: [4, 3, 3] for OWL-ViT's 0.4, 0.3, 0.3. @default one each (OWL-ST) */
  readonly shares?: readonly number[];
  /** Side of a whole mosaic in pixels, a multiple of every grid. */
  readonly size: number;
  /** Bytes that close a lane's window early. @default 64 MiB */
  readonly maxBytes?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'dealTiles' */
  readonly name?: string;
}

/**
 * Deal samples to the tiles of mosaics, still encoded: adds `tile`. `mosaic` puts them together once each is decoded and has its tile's size, so no window
 * ever holds full pictures (specs/detection.md 2.1 and 2.3; arXiv 2306.09683, section 3.2).
 *
 * ```
 * grids [1, 2], shares [2, 1]     a b c d e f | g h ...     a round is a window of 2 x 1 + 1 x 4 = 6 samples of a lane
 *                                 2 2 2 2 1 1 | 1 2 ...     its mosaics in random order
 * ```
 *
 * Each kind of mosaic gets its share in every round, not only on average. Samples keep their order. The last round of a lane, and one that `maxBytes` closes,
 * is dealt by `dealRound`: smaller kinds, and at last empty tiles; no sample is left out.
 *
 * @throws UsageError when an option is out of range
 */
export function dealTiles<S extends Sample>({ grids, shares = grids.map(() => 1), size, maxBytes = 64 * 2 ** 20, name = 'dealTiles' }: DealTilesOptions): Stage<
  S,
  With<S, Dealt> & Sample
> {
  checkInteger(name, 'size', size, 1);
  if (grids.length === 0 || shares.length !== grids.length) throw new UsageError(`${name}: \`grids\` must have at least one entry, and \`shares\` one for each, got ${grids.length} and ${shares.length}`);
  grids.forEach((grid, i) => {
    checkInteger(name, `grids[${i}]`, grid, 1);
    checkInteger(name, `shares[${i}]`, shares[i], 1);
    if (size % grid !== 0) throw new UsageError(`${name}: \`size\` must be a multiple of every grid, got ${size} for ${grid}`);
  });
  const round = grids.flatMap((grid, i) => Array.from({ length: shares[i] as number }, () => grid));
  return windowed<S, With<S, Dealt> & Sample>(
    name,
    (samples, { random }) => {
      let first = (samples[0] as S).origin;
      return dealRound(samples.length, random().shuffle(round)).map(({ grid, place }, i) => {
        const sample = samples[i] as S;
        if (place === 0) first = sample.origin;
        return withFields(sample, { tile: { grid, place, side: size / grid, first } }) as unknown as With<S, Dealt> & Sample;
      });
    },
    { samples: picturesOfRound(grids, shares), maxBytes, options: { grids, shares, size } },
  );
}
