import { membersOf } from '../../engine/account.js';
import { checkInteger, checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { originText, type Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import { joinBoxes, joinNegatives, joinPictures } from '../../kernels/joinTiles.js';
import type { BoxAnnotations, Pixels } from './boxAnnotations.js';
import type { Dealt } from './dealTiles.js';

export interface MosaicOptions {
  /** The grey of empty tiles, 0 black to 1 white. @default 0.5 (what scenic pads with) */
  readonly pad?: number;
  /** Pictures along a side of the largest mosaic. @default 6 (OWL-ST) */
  readonly maxGrid?: number;
  /** Bytes that would break a mosaic in two; make it more than a whole picture with its labels. @default 16 MiB: 1008 x 1008 floats are 12 MB */
  readonly maxBytes?: number;
  /** The stage's name, where it stands more than once in a pipeline. @default 'mosaic' */
  readonly name?: string;
}

/** What `mosaic` needs of a sample. */
export type Tiled = Sample & Pixels & BoxAnnotations & Dealt;

/** One picture of several. Fields other than these are left behind: they were those of a tile. */
export type Mosaic<S extends Tiled> = Sample & BoxAnnotations & {
  readonly pixels: S['pixels'];
  /** Pictures along a side. */
  readonly grid: number;
};

/**
 * Put the tiles that `dealTiles` dealt together: `grid` x `grid` samples become one (scenic's `CreateMosaic`, specs/detection.md 3).
 *
 * ```
 * a b c d e        tiles 0, 1, 2, 3 of one mosaic, 0 of the next
 *         (abcd)   leaves when the next one begins
 * ```
 *
 * Boxes follow tile by tile, row by row. Negatives are those of any tile that no tile has as a label. The key and origin are those of the first tile, and
 * `members` names everyone, so each picture is accounted for. A picture that was refused on its way leaves its tile empty: grey, without boxes.
 * Put `resizeWithPadAndBoxes` before it: the tiles of a mosaic have one size.
 *
 * @throws UsageError when an option is out of range; while running, for a mosaic larger than `maxGrid`
 */
export function mosaic<S extends Tiled>({ pad = 0.5, maxGrid = 6, maxBytes = 16 * 2 ** 20, name = 'mosaic' }: MosaicOptions = {}): Stage<S, Mosaic<S>> {
  checkNumber(name, 'pad', pad, 0, 1);
  checkInteger(name, 'maxGrid', maxGrid, 1);
  return windowed<S, Mosaic<S>>(
    name,
    (tiles) => {
      const { key, origin, cursor, members, tile } = tiles[0] as S;
      if (tile.grid > maxGrid) throw new UsageError(`${name}: \`maxGrid\` is ${maxGrid}, and a mosaic of ${tile.grid} x ${tile.grid} came`);
      const placed = tiles.map(({ tile: { place }, pixels, boxesXyxy }) => ({ place, pixels, boxesXyxy }));
      return [
        {
          key,
          origin,
          cursor,
          ...(tiles.length > 1 || members !== undefined ? { members: tiles.flatMap(membersOf) } : {}),
          pixels: joinPictures<S['pixels']>(placed, tile.grid, pad),
          boxesXyxy: joinBoxes(placed, tile.grid),
          boxLabels: tiles.flatMap(({ boxLabels }) => boxLabels),
          negativeLabels: joinNegatives(tiles),
          grid: tile.grid,
        },
      ];
    },
    {
      samples: maxGrid * maxGrid,
      // A mosaic with empty tiles is no full window: it ends where the next one begins.
      accepts: () => {
        let first: string | undefined;
        return ({ tile }) => originText(tile.first) === (first ??= originText(tile.first));
      },
      maxBytes,
      options: { pad, maxGrid },
    },
  );
}
