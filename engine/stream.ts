import { makeCheckpoint, openCheckpoint, type Checkpoint } from './checkpoint.js';
import type { Cursor } from './cursor.js';
import { dealSource } from './deal.js';
import { LawError, UsageError } from './errors.js';
import { fingerprint, type Fingerprint } from './fingerprint.js';
import { startCursor } from './lane.js';
import { checkWorld, lockstep, type Contribution, type Step } from './lockstep.js';
import { Meter } from './meter.js';
import { splitAtBatch, type Pipeline } from './pipeline.js';
import type { Extent } from './source.js';
import type { StoresOf } from './stage.js';
import { stepStages, type StepStages } from './stepStages.js';
import type { Waiting } from './waiting.js';
import { runHere } from './workers/kernel.js';
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
 * @throws UsageError when the recipe does not end in `batch` and stages that work on whole steps, the sizes do not divide, a lane's share is too small for a
 * stage after `batch`, or the input has fewer extents than lanes
 */
export async function openStream(pipe: Pipeline, options: StreamOptions): Promise<Stream> {
  const { seed, lanes, stores, signal, rank = 0, ranks = 1 } = options;
  checkWorld({ lanes, ranks, rank });
  const { batch, ofLanes, ofSteps } = splitAtBatch(pipe);
  const size = batch?.options?.batchSize;
  if (size === undefined || pipe.sink !== undefined) throw new UsageError('a streaming run needs a recipe that ends in batch({ size })');
  if (size % lanes !== 0) throw new UsageError(`the batch of ${size} cannot be shared by ${lanes} lanes: make \`size\` a multiple of the recipe's lanes`);
  for (const { name, step: { minSamples } } of ofSteps) {
    if (size < minSamples * lanes) throw new UsageError(`${name}: needs ${minSamples} samples of each lane in a step, and a batch of ${size} over ${lanes} lanes has ${size / lanes}: make \`size\` ${minSamples * lanes} at least`);
  }
  const extents = await pipe.source.plan({ stores, signal, lanes });
  const schedule = dealSource(pipe.source, extents, { lanes, seed });
  const now = await fingerprint(pipe, { seed, lanes, extents, stores, ...(options.recipe === undefined ? {} : { recipe: options.recipe }) });
  const share = lanes / ranks;
  const first = rank * share;
  let step = 0;
  let lineage: readonly number[] = [];
  let ended = false;
  let explain: (() => Waiting) | undefined;
  let after: StepStages | undefined;
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
      if (waiting === undefined) return undefined;
      if (agreeing !== undefined) return { ...waiting, what: `step ${agreeing}`, state: 'agreeing' };
      const working = after?.waiting() ?? [];
      return working.length === 0 ? waiting : { ...waiting, state: 'making', lanes: working };
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
      const meter = options.meter ?? new Meter();
      after = stepStages(ofSteps, { seed, run: pool?.run ?? runHere, signal, meter });
      const steps = lockstep({ ...pipe, stages: ofLanes }, {
        seed, lanes, stores, signal, rank, ranks,
        perLane: size / lanes,
        itinerary: schedule,
        maxInFlightBytes: options.maxInFlightBytes,
        meter,
        ...(pool === undefined ? {} : { run: pool.run }),
        explain: (waiting) => (explain = waiting),
        ...(saved === undefined ? {} : { from: { step: saved.step, cursors: saved.cursors } }),
      });
      try {
        for await (const made of steps) {
          const entry = await after.apply(made);
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
          yield await after.apply({ step: step - 1, contributions });
        }
      } finally {
        explain = undefined;
        after = undefined;
        await pool?.close();
      }
    },
    checkpoint: () => makeCheckpoint({ step, seed, fingerprint: now, cursors, lineage, lanes, firstLane: first, ended }),
  };
}
