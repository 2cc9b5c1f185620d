import { hash32 } from '../kernels/hash.js';
import { permuteIndex } from '../kernels/permute.js';
import { UsageError } from './errors.js';
import type { Extent, Itinerary } from './source.js';

export interface DealOptions {
  readonly lanes: number;
  readonly seed: number;
  /** Passes over the extents. @default 1 */
  readonly epochs?: number;
  /** Permute the extents in each epoch. @default true */
  readonly permute?: boolean;
}

/**
 * Deal extents to the lanes of a streaming run, by (seed, epoch) alone: the extents of all epochs, each epoch permuted, stand in one long
 * row, and lane l takes places l, l + lanes, l + 2 lanes, ... So lanes may be in different epochs, and turn n is found in O(1).
 *
 * @throws UsageError with fewer extents than lanes
 */
export function deal(extents: readonly Extent[], { lanes, seed, epochs = 1, permute = true }: DealOptions): (lane: number) => Itinerary {
  if (extents.length < lanes) {
    throw new UsageError(`${extents.length} extents cannot feed ${lanes} lanes: give the run at most ${extents.length} lanes, or cut the input into more shards`);
  }
  return (lane) => (turn) => {
    const place = turn * lanes + lane;
    const epoch = Math.floor(place / extents.length);
    if (epoch >= epochs) return undefined;
    const within = place % extents.length;
    const index = permute ? permuteIndex(within, extents.length, hash32(`epoch ${epoch}`, seed)) : within;
    const extent = extents[index];
    return extent === undefined ? undefined : { extent, epoch };
  };
}

/** The itinerary of a generation run: the lane is one extent, read once. */
export function onlyExtent(extent: Extent): Itinerary {
  return (turn) => (turn === 0 ? { extent, epoch: 0 } : undefined);
}
