import type { Subscription } from 'rxjs';
import { startCursor, openLane } from './lane.js';
import type { Cursor } from './cursor.js';
import { checkInteger } from './check.js';
import { UsageError } from './errors.js';
import { Gauge, StageGauge } from './gauge.js';
import { Meter } from './meter.js';
import type { Pipeline } from './pipeline.js';
import { elementBytes, extendTombstone, isTombstone, openTombstone, type Drop, type Element, type OpenTombstone, type Sample } from './sample.js';
import type { Schedule } from './read.js';
import type { StoresOf } from './stage.js';
import { LaneProbes, type LaneWaiting, type Waiting } from './waiting.js';
import type { RunKernel } from './workers/kernel.js';

export interface LockstepOptions {
  readonly seed: number;
  /** Fixed in the recipe: the unit of dealing and of resuming. */
  readonly lanes: number;
  /** Elements that each lane gives to a step. */
  readonly perLane: number;
  readonly itinerary: (lane: number) => Schedule;
  readonly stores: StoresOf;
  readonly maxInFlightBytes: number;
  readonly signal: AbortSignal;
  /** This rank's contiguous block of lanes. @default all of them */
  readonly rank?: number;
  readonly ranks?: number;
  /** Cursors of all lanes, from a checkpoint, and the step that it was made at. */
  readonly from?: { readonly step: number; readonly cursors: readonly Cursor[] };
  readonly meter?: Meter;
  /** @default kernels run in this thread */
  readonly run?: RunKernel;
  /** Called once, with what answers what the run waits for. */
  readonly explain?: (waiting: () => Waiting) => void;
  /** Seen by tests and `--json`: the run's gauge. */
  readonly gauge?: Gauge;
}

/** What one lane gives to one step. */
export interface Contribution {
  readonly lane: number;
  readonly samples: readonly Sample[];
  /** Dropped on the way to these samples. */
  readonly dropped: readonly Drop[];
  /** Resume this lane after this step. */
  readonly cursor: Cursor;
  /** The lane is exhausted: it gives fewer samples than asked, and none from now on. */
  readonly ended: boolean;
}

export interface Step {
  /** From 0. */
  readonly step: number;
  readonly contributions: readonly Contribution[];
  /** What stages after `batch` decided for the whole step, the same on all ranks (`stepFields`); its samples have it too. Absent without such stages. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The bytes that all lanes of a pipeline may hold without being able to move on. */
export function pipelineFloor(pipe: Pipeline, lanes: number): { readonly perLane: number; readonly lines: readonly string[] } {
  let perLane = 0;
  const lines: string[] = [];
  for (const placed of pipe.stages) {
    const floor = placed.options?.floorBytes?.(lanes) ?? 0;
    perLane += floor;
    if (floor > 0) lines.push(`${placed.name}: ${floor} bytes a lane`);
  }
  return { perLane, lines };
}

/** @throws UsageError when the floors of `lanes` lanes exceed the budget, with the sum shown */
export function openGauge(pipe: Pipeline, lanes: number, budget: number, all = lanes): Gauge {
  const floor = pipelineFloor(pipe, all);
  if (floor.perLane * lanes > budget) {
    throw new UsageError(
      `the windows of this pipeline may hold ${floor.perLane * lanes} bytes, over the budget of ${budget} (maxInFlightBytes): ` +
        `${lanes} lanes x (${floor.lines.join(' + ')}). Raise the budget or make the windows smaller`,
    );
  }
  return new Gauge(budget);
}

/** @throws UsageError unless the ranks share the lanes evenly */
export function checkWorld({ lanes, ranks, rank }: { readonly lanes: number; readonly ranks: number; readonly rank: number }): void {
  checkInteger('a stream', 'lanes', lanes, 1);
  checkInteger('a stream', 'ranks', ranks, 1, lanes);
  checkInteger('a stream', 'rank', rank, 0, ranks - 1);
  if (lanes % ranks !== 0) throw new UsageError(`${ranks} ranks cannot share ${lanes} lanes evenly; use a number of ranks that divides ${lanes}`);
}

/**
 * Run this rank's lanes in lock-step: step n is made of each lane's n-th contribution, so its samples do not depend on ranks, workers or
 * timing. A lane that is waited for is always let through the valve; one that is ahead waits.
 */
export async function* lockstep(pipe: Pipeline, options: LockstepOptions): AsyncGenerator<Step> {
  const { lanes, perLane, rank = 0, ranks = 1, signal } = options;
  checkWorld({ lanes, ranks, rank });
  checkInteger('lockstep', 'perLane', perLane, 1);
  if (options.from !== undefined && options.from.cursors.length !== lanes) {
    throw new UsageError(`the checkpoint has ${options.from.cursors.length} lanes, the recipe ${lanes}`);
  }
  const share = lanes / ranks;
  const gauge = options.gauge ?? openGauge(pipe, share, options.maxInFlightBytes, lanes);
  const floor = pipelineFloor(pipe, lanes).perLane;
  const meter = options.meter ?? new Meter();
  const stop = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => {};
  const inlets = Array.from({ length: share }, (_, index) => {
    const lane = rank * share + index;
    const laneGauge = gauge.lane(floor);
    const probes = new LaneProbes();
    const from = options.from?.cursors[lane] ?? startCursor;
    const stream = openLane(pipe, {
      seed: options.seed,
      info: { index: lane, lanes, extent: undefined },
      itinerary: options.itinerary(lane),
      gauge: laneGauge,
      meter,
      stores: options.stores,
      ...(options.run === undefined ? {} : { run: options.run }),
      signal: AbortSignal.any([signal, stop.signal]),
      from,
      probes,
    });
    return new Inlet(lane, stream, probes, new StageGauge(laneGauge, pipe.stages.length), perLane, from, () => wake(), (error) => {
      failure ??= { error };
      wake();
    });
  });
  let step = options.from?.step ?? 0;
  let given = false;
  options.explain?.(() => ({ what: `step ${step}`, state: given ? 'given' : 'making', heldBytes: gauge.held, budgetBytes: gauge.budget, lanes: inlets.map((inlet) => inlet.waiting()) }));
  try {
    for (const inlet of inlets) inlet.open();
    for (; ; step += 1) {
      given = false;
      for (;;) {
        if (failure !== undefined) throw failure.error;
        if (inlets.every((inlet) => inlet.ready())) break;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const contributions = inlets.map((inlet) => inlet.give());
      if (contributions.every((entry) => entry.ended && entry.samples.length === 0 && entry.dropped.length === 0)) return;
      given = true;
      yield { step, contributions };
    }
  } finally {
    for (const inlet of inlets) inlet.close();
    stop.abort();
  }
}

/** The end of one lane: what came out of it and waits for its step. */
class Inlet {
  readonly #queue: Element[] = [];
  /** The latest tombstone of the queue, which later ones extend. */
  #drops: OpenTombstone | undefined;
  #samples = 0;
  #whole = false;
  #ended = false;
  #subscription: Subscription | undefined;

  constructor(
    readonly lane: number,
    readonly stream: ReturnType<typeof openLane>,
    readonly probes: LaneProbes,
    readonly gauge: StageGauge,
    /** Samples of one contribution. */
    readonly count: number,
    public cursor: Cursor,
    readonly changed: () => void,
    readonly failed: (error: unknown) => void,
  ) {}

  open(): void {
    this.#subscription = this.stream.subscribe({
      next: (element) => {
        const last = this.#queue.at(-1);
        if (!isTombstone(element)) {
          this.gauge.hold(elementBytes(element));
          this.#samples += 1;
          this.#queue.push(element);
          this.#report();
        } else if (last !== undefined && last === this.#drops) extendTombstone(this.#drops, element);
        else this.#queue.push((this.#drops = openTombstone(element)));
        this.changed();
      },
      error: this.failed,
      complete: () => {
        this.#ended = true;
        this.changed();
      },
    });
  }

  waiting(): LaneWaiting {
    return { lane: `lane ${this.lane}`, ready: [Math.min(this.#samples, this.count), this.count], whole: this.ready(), stages: this.probes.waiting() };
  }

  ready(): boolean {
    return this.#samples >= this.count || this.#ended;
  }

  /** `count` samples and the tombstones before them; when fewer are left, everything. What arrived when makes no difference. */
  give(): Contribution {
    const samples: Sample[] = [];
    const dropped: Drop[] = [];
    while (this.#queue.length > 0 && samples.length < this.count) {
      const element = this.#queue.shift() as Element;
      this.cursor = element.cursor;
      if (isTombstone(element)) dropped.push(...element.dropped);
      else {
        samples.push(element);
        this.#samples -= 1;
        this.gauge.release(elementBytes(element));
      }
    }
    this.#report();
    return { lane: this.lane, samples, dropped, cursor: this.cursor, ended: samples.length < this.count };
  }

  close(): void {
    this.#subscription?.unsubscribe();
    for (const element of this.#queue.splice(0)) {
      if (!isTombstone(element)) this.gauge.release(elementBytes(element));
    }
    this.#samples = 0;
    this.#report();
  }

  /** A lane whose contribution is not whole is waited for: only a whole one counts as busy, or the valve would hang the step. */
  #report(): void {
    const whole = this.#samples >= this.count;
    if (whole === this.#whole) return;
    this.#whole = whole;
    this.gauge.busy(whole ? 1 : -1);
  }
}
