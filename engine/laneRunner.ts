import { lastValueFrom, tap } from 'rxjs';
import { onlyExtent } from './deal.js';
import { BudgetError, LawError } from './errors.js';
import { openLane } from './lane.js';
import { openGauge, pipelineFloor } from './lockstep.js';
import { Meter } from './meter.js';
import type { Pipeline } from './pipeline.js';
import type { Receipt } from './receipt.js';
import { isTombstone, originLabel } from './sample.js';
import type { Extent } from './source.js';
import type { StoresOf } from './stage.js';
import { LaneProbes, type Waiting } from './waiting.js';

/** What to do with a sample at fault: `skip` it (counted, quarantined) or `stop` the run at the first one. */
export type BadSamplePolicy = 'skip' | 'stop';

export interface LaneRunnerOptions {
  readonly seed: number;
  readonly stores: StoresOf;
  readonly maxInFlightBytes: number;
  readonly onBadSample: BadSamplePolicy;
  readonly meter?: Meter;
}

export interface LaneResult {
  readonly receipt: Receipt;
  /** Most bytes that the gauge counted. */
  readonly peakInFlightBytes: number;
}

/** Runs single lanes of a generation run in this process, one after the other. */
export interface LaneRunner {
  readonly meter: Meter;
  run(extent: Extent, signal: AbortSignal): Promise<LaneResult>;
  /** What the lane at work waits for; undefined between lanes. */
  waiting(): Waiting | undefined;
  close(): Promise<void>;
}

/** @throws UsageError when the pipeline's floors exceed the budget */
export function laneRunner(pipe: Pipeline, options: LaneRunnerOptions): LaneRunner {
  const meter = options.meter ?? new Meter();
  openGauge(pipe, 1, options.maxInFlightBytes);
  let explain: (() => Waiting) | undefined;
  return {
    meter,
    waiting: () => explain?.(),
    async run(extent, signal) {
      const gauge = openGauge(pipe, 1, options.maxInFlightBytes);
      const probes = new LaneProbes();
      explain = () => ({ what: 'the run', state: 'making', heldBytes: gauge.held, budgetBytes: gauge.budget, lanes: [{ lane: `lane ${extent.index} (${extent.shard})`, ready: undefined, whole: false, stages: probes.waiting() }] });
      const stream = openLane(options.onBadSample === 'stop' ? stopAtFault(pipe) : pipe, {
        seed: options.seed,
        info: { index: extent.index, lanes: 1, extent },
        itinerary: onlyExtent(extent),
        gauge: gauge.lane(pipelineFloor(pipe, 1).perLane),
        meter,
        probes,
        stores: options.stores,
        signal,
      });
      const receipt = (await lastValueFrom(stream, { defaultValue: undefined }).finally(() => (explain = undefined))) as Receipt | undefined;
      if (receipt === undefined) throw new LawError(`the sink ended lane ${extent.index} (${extent.shard}) without a receipt`);
      return { receipt, peakInFlightBytes: gauge.peak };
    },
    async close() {
      for (const placed of pipe.stages) await placed.options?.close?.();
    },
  };
}

/** The same pipeline with a check before its sink: the first quarantined sample ends the run. */
function stopAtFault(pipe: Pipeline): Pipeline {
  const sink = pipe.stages.length - 1;
  return {
    ...pipe,
    stages: pipe.stages.map((placed, index) =>
      index !== sink
        ? placed
        : {
            ...placed,
            connect: (context) => (source) =>
              placed.connect(context)(
                source.pipe(
                  tap((element) => {
                    if (!isTombstone(element)) return;
                    const drop = element.dropped.find((entry) => entry.kind === 'quarantined');
                    if (drop === undefined) return;
                    const byte = drop.byteOffset === undefined ? '' : `, byte ${drop.byteOffset}`;
                    throw new BudgetError(
                      `${drop.stage} refused ${originLabel(drop.origin)} (key ${drop.key}${byte}): ${drop.reason}: ${drop.message ?? ''}; the policy is to stop at the first bad sample`,
                    );
                  }),
                ),
              ),
          },
    ),
  };
}
