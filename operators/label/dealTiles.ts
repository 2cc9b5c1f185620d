import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { withFields, type Origin, type Sample, type With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import { dealRound, picturesOfRound } from '../../kernels/mosaicRound.js';
import type { Random } from '../../kernels/random.js';

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
  /** Whether the pictures of a mosaic are all of one dataset, where a mixture is dealt. @default true (scenic) */
  readonly sameDataset?: boolean;
  /** Rounds that are dealt together. More of them keep the shares truer where each dataset of a mixture is dealt by itself. @default 1 */
  readonly rounds?: number;
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
 * Each kind of mosaic gets its share in every round, not only on average. Samples keep their order, of one dataset; of several, the mosaics of a window are
 * put in random order. A round that is short, as the last of a lane, or one that `maxBytes` closes, or a dataset's part of a window, is dealt by `dealRound`:
 * smaller kinds, and at last empty tiles; no sample is left out.
 *
 * @throws UsageError when an option is out of range
 */
export function dealTiles<S extends Sample>({
  grids,
  shares = grids.map(() => 1),
  size,
  sameDataset = true,
  rounds = 1,
  maxBytes = 64 * 2 ** 20,
  name = 'dealTiles',
}: DealTilesOptions): Stage<S, With<S, Dealt> & Sample> {
  type Tiled = With<S, Dealt> & Sample;
  checkInteger(name, 'size', size, 1);
  checkInteger(name, 'rounds', rounds, 1);
  if (grids.length === 0 || shares.length !== grids.length) throw new UsageError(`${name}: \`grids\` must have at least one entry, and \`shares\` one for each, got ${grids.length} and ${shares.length}`);
  grids.forEach((grid, i) => {
    checkInteger(name, `grids[${i}]`, grid, 1);
    checkInteger(name, `shares[${i}]`, shares[i], 1);
    if (size % grid !== 0) throw new UsageError(`${name}: \`size\` must be a multiple of every grid, got ${size} for ${grid}`);
  });
  const round = grids.flatMap((grid, i) => Array.from({ length: shares[i] as number }, () => grid));
  const pictures = picturesOfRound(grids, shares);

  /** The mosaics of samples in a row: of as many whole rounds as there are, in random order, then of one that is begun. */
  function deal(samples: readonly S[], random: Random): Tiled[][] {
    const whole = Array.from({ length: Math.floor(samples.length / pictures) }, () => round).flat();
    const order = [...random.shuffle(whole), ...random.shuffle(round)];
    const mosaics: Tiled[][] = [];
    for (const [i, { mosaic, grid, place }] of dealRound(samples.length, order).entries()) {
      const sample = samples[i] as S;
      const tiles = (mosaics[mosaic] ??= []);
      tiles.push(withFields(sample, { tile: { grid, place, side: size / grid, first: tiles[0]?.tile.first ?? sample.origin } }) as unknown as Tiled);
    }
    return mosaics;
  }

  return windowed<S, Tiled>(
    name,
    (samples, { random }) => {
      const datasets = new Map<string, S[]>();
      for (const sample of samples) {
        const dataset = sameDataset ? sample.origin.dataset : '';
        const own = datasets.get(dataset);
        if (own === undefined) datasets.set(dataset, [sample]);
        else own.push(sample);
      }
      const mosaics = [...datasets].flatMap(([dataset, own]) => deal(own, random(dataset)));
      return (datasets.size === 1 ? mosaics : random('order').shuffle(mosaics)).flat();
    },
    { samples: rounds * pictures, maxBytes, options: { grids, shares, size, sameDataset, rounds } },
  );
}
