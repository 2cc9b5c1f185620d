import { makeCheckpoint, openCheckpoint, type Checkpoint } from './checkpoint.js';
import type { Cursor } from './cursor.js';
import { dealSource } from './deal.js';
import { UsageError } from './errors.js';
import { fingerprint, type Fingerprint } from './fingerprint.js';
import { startCursor } from './lane.js';
import { checkWorld, lockstep, type Step } from './lockstep.js';
import type { Meter } from './meter.js';
import type { Pipeline } from './pipeline.js';
import type { Extent } from './source.js';
import type { StoresOf } from './stage.js';
import { kernelPool } from './workers/kernelPool.js';

export interface StreamOptions {
  readonly seed: number;
  /** From the recipe; 16 where it does not say. */
  readonly lanes: number;
  readonly stores: StoresOf;
  readonly signal: AbortSignal;
  readonly maxInFlightBytes: number;
  /** This process's place among the ranks. @default 0 of 1 */
  readonly rank?: number;
  readonly ranks?: number;
  /** sha256 of the recipe's source, for the fingerprint. */
  readonly recipe?: string;
  readonly meter?: Meter;
  /** Threads for kernels, while `steps` is pulled; 0: kernels run in this thread. The steps do not depend on it. @default 0 */
  readonly workers?: number;
}

/** A streaming run that is planned: inert until `steps` is pulled. */
export interface Stream {
  readonly extents: readonly Extent[];
  readonly fingerprint: Fingerprint;
  readonly perLane: number;
  /** The lanes of this rank, `[from, to)`. */
  readonly ownLanes: readonly [number, number];
  /** This rank's steps from a checkpoint of any world size, or from the start. @throws FingerprintError, UsageError */
  steps(from?: Checkpoint): AsyncGenerator<Step>;
  /** The state of this rank's lanes after the latest step that `steps` gave: a part of a checkpoint, whole with one rank. */
  checkpoint(): Checkpoint;
}

/**
 * Plan a streaming run: what a trainer consumes, step after step. The samples of every step are a function of the recipe and the seed: the same
 * for any number of ranks and workers, and after any resume.
 *
 * @throws UsageError when the recipe does not end in `batch`, the sizes do not divide, or the input has fewer extents than lanes
 */
export async function openStream(pipe: Pipeline, options: StreamOptions): Promise<Stream> {
  const { seed, lanes, stores, signal, rank = 0, ranks = 1 } = options;
  checkWorld({ lanes, ranks, rank });
  const size = pipe.stages.at(-1)?.options?.batchSize;
  if (size === undefined) throw new UsageError('a streaming run needs a recipe that ends in batch({ size })');
  if (size % lanes !== 0) throw new UsageError(`the batch of ${size} cannot be shared by ${lanes} lanes: make \`size\` a multiple of the recipe's lanes`);
  const extents = await pipe.source.plan({ stores, signal, lanes });
  const schedule = dealSource(pipe.source, extents, { lanes, seed });
  const now = await fingerprint(pipe, { seed, lanes, extents, ...(options.recipe === undefined ? {} : { recipe: options.recipe }) });
  const share = lanes / ranks;
  const first = rank * share;
  let step = 0;
  let lineage: readonly number[] = [];
  let ended = false;
  let cursors: Cursor[] = Array.from({ length: share }, () => startCursor);
  return {
    extents,
    fingerprint: now,
    perLane: size / lanes,
    ownLanes: [first, first + share],
    async *steps(from) {
      ended = false;
      const saved = from === undefined ? undefined : openCheckpoint(from, now);
      if (saved !== undefined) {
        if (saved.firstLane !== 0 || saved.cursors.length !== lanes) throw new UsageError(`the checkpoint holds ${saved.cursors.length} of ${lanes} lanes: merge the parts of all ranks first`);
        step = saved.step;
        lineage = saved.lineage;
        cursors = saved.cursors.slice(first, first + share);
      }
      const pool = (options.workers ?? 0) > 0 ? kernelPool(options.workers as number) : undefined;
      const steps = lockstep(pipe, {
        seed, lanes, stores, signal, rank, ranks,
        perLane: size / lanes,
        itinerary: schedule,
        maxInFlightBytes: options.maxInFlightBytes,
        ...(options.meter === undefined ? {} : { meter: options.meter }),
        ...(pool === undefined ? {} : { run: pool.run }),
        ...(saved === undefined ? {} : { from: { step: saved.step, cursors: saved.cursors } }),
      });
      try {
        for await (const entry of steps) {
          step = entry.step + 1;
          cursors = entry.contributions.map(({ cursor }) => cursor);
          ended = entry.contributions.every((contribution) => contribution.ended);
          yield entry;
        }
      } finally {
        await pool?.close();
      }
      ended = true;
    },
    checkpoint: () => makeCheckpoint({ step, seed, fingerprint: now, cursors, lineage, lanes, firstLane: first, ended }),
  };
}
