import { hash32 } from '../kernels/hash.js';
import { permuteIndex } from '../kernels/permute.js';
import { UsageError } from './errors.js';
import type { Schedule } from './read.js';
import type { Sample } from './sample.js';
import type { Extent, Itinerary, Source } from './source.js';

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

/**
 * Deal the extents of a source to the lanes: of a composite source, those of each input by itself and with a seed of its own. Passes are the
 * sources' own `epochs`.
 */
export function dealSource(source: Source<Sample>, extents: readonly Extent[], { lanes, seed, permute = true }: Omit<DealOptions, 'epochs'>): (lane: number) => Schedule {
  if (source.inputs === undefined) return deal(cutForLanes(extents, lanes), { lanes, seed, permute, epochs: source.epochs ?? 1 });
  const inputs = source.inputs.map((input, place) => {
    const own = extents.filter((extent) => extent.input?.[0] === place).map((extent) => ({ ...extent, input: extent.input?.slice(1) ?? [] }));
    return dealSource(input, own, { lanes, seed: hash32(`input ${place}`, seed), permute });
  });
  return (lane) => ({ lane, inputs: inputs.map((input) => input(lane)) });
}

/** At least as many extents as lanes: where there are fewer shards, each is cut into strides, which several lanes read side by side. */
export function cutForLanes(extents: readonly Extent[], lanes: number): readonly Extent[] {
  if (extents.length >= lanes || extents.length === 0) return extents;
  const strides = Math.ceil(lanes / extents.length);
  return extents.flatMap((extent) => Array.from({ length: strides }, (_, stride): Extent => ({ ...extent, stride: [stride, strides] })));
}

/** The itinerary of a generation run: the lane is one extent, read once. */
export function onlyExtent(extent: Extent): Itinerary {
  return (turn) => (turn === 0 ? { extent, epoch: 0 } : undefined);
}
