/** Where a picture goes in a mosaic. */
export interface TilePlace {
  /** Which mosaic of the round, from 0. */
  readonly mosaic: number;
  /** Pictures along a side of it. */
  readonly grid: number;
  /** Row by row from the top left, from 0 to grid x grid - 1. */
  readonly place: number;
}

/** Pictures that a round of mosaics takes: `shares[i]` mosaics of `grids[i]` by `grids[i]` pictures. */
export function picturesOfRound(grids: readonly number[], shares: readonly number[]): number {
  return grids.reduce((sum, grid, i) => sum + (shares[i] as number) * grid * grid, 0);
}

/**
 * Deal `count` pictures, in order, to mosaics of the given `grids`, in order. Grids that no longer fit are passed over. Pictures that are left go to
 * the largest grids that they fill, and at last to the smallest one, which then has empty tiles: no picture is lost, and only a count that is no whole
 * round shows other grids than were asked for.
 */
export function dealRound(count: number, grids: readonly number[]): TilePlace[] {
  const places: TilePlace[] = [];
  let mosaic = 0;
  const deal = (grid: number): void => {
    for (let place = 0; place < grid * grid && places.length < count; place += 1) places.push({ mosaic, grid, place });
    mosaic += 1;
  };
  const fits = (grid: number): boolean => grid * grid <= count - places.length;
  for (const grid of grids) if (fits(grid)) deal(grid);
  const falling = [...new Set(grids)].toSorted((a, b) => b - a);
  while (places.length < count) deal(falling.find(fits) ?? (falling.at(-1) as number));
  return places;
}
