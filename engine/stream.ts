import { makeCheckpoint, openCheckpoint, type Checkpoint } from './checkpoint.js';
import type { Cursor } from './cursor.js';
import { dealSource } from './deal.js';
import { LawError, UsageError } from './errors.js';
import { fingerprint, type Fingerprint } from './fingerprint.js';
import { startCursor } from './lane.js';
import { checkWorld, lockstep, type Contribution, type Step } from './lockstep.js';
import type { Meter } from './meter.js';
import type { Pipeline } from './pipeline.js';
import type { Extent } from './source.js';
import type { StoresOf } from './stage.js';
import type { Waiting } from './waiting.js';
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

export interface StepsOptions {
  /**
   * Reduces one bit over all ranks, as trainers do before each step: has any rank this step? All ranks then make the same number of steps; one that has
   * nothing left gives contributions without samples, marked `ended`, until the last rank has ended (`padContribution` fills them up). Without
   * it, each rank ends by itself.
   */
  readonly agree?: (step: number, hasStep: boolean) => Promise<boolean>;
}

/** A streaming run that is planned: inert until `steps` is pulled. */
export interface Stream {
  readonly extents: readonly Extent[];
  readonly fingerprint: Fingerprint;
  readonly perLane: number;
  /** The lanes of this rank, `[from, to)`. */
  readonly ownLanes: readonly [number, number];
  /** This rank's steps from a checkpoint of any world size, or from the start. @throws FingerprintError, UsageError */
  steps(from?: Checkpoint, options?: StepsOptions): AsyncGenerator<Step>;
  /** What the run waits for at this moment; undefined while `steps` is not pulled. */
  waiting(): Waiting | undefined;
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
  const now = await fingerprint(pipe, { seed, lanes, extents, stores, ...(options.recipe === undefined ? {} : { recipe: options.recipe }) });
  const share = lanes / ranks;
  const first = rank * share;
  let step = 0;
  let lineage: readonly number[] = [];
  let ended = false;
  let explain: (() => Waiting) | undefined;
  /** The step that the ranks are agreeing about. */
  let agreeing: number | undefined;
  let cursors: Cursor[] = Array.from({ length: share }, () => startCursor);
  return {
    extents,
    fingerprint: now,
    perLane: size / lanes,
    ownLanes: [first, first + share],
    waiting() {
      const waiting = explain?.();
      return waiting === undefined || agreeing === undefined ? waiting : { ...waiting, what: `step ${agreeing}`, state: 'agreeing' };
    },
    async *steps(from, { agree: reduce } = {}) {
      const agree = reduce && (async (at: number, hasStep: boolean): Promise<boolean> => {
        agreeing = at;
        const any = await reduce(at, hasStep);
        agreeing = undefined;
        return any;
      });
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
        explain: (waiting) => (explain = waiting),
        ...(saved === undefined ? {} : { from: { step: saved.step, cursors: saved.cursors } }),
      });
      try {
        for await (const entry of steps) {
          if (agree !== undefined && !(await agree(entry.step, true))) throw new LawError(`the ranks agreed that there is no step ${entry.step}, and this rank has it`);
          step = entry.step + 1;
          cursors = entry.contributions.map(({ cursor }) => cursor);
          ended = entry.contributions.every((contribution) => contribution.ended);
          yield entry;
        }
        ended = true;
        while (agree !== undefined && (await agree(step, false))) {
          const contributions = cursors.map((cursor, index): Contribution => ({ lane: first + index, samples: [], dropped: [], cursor, ended: true }));
          step += 1;
          yield { step: step - 1, contributions };
        }
      } finally {
        explain = undefined;
        await pool?.close();
      }
    },
    checkpoint: () => makeCheckpoint({ step, seed, fingerprint: now, cursors, lineage, lanes, firstLane: first, ended }),
  };
}
