import { noOutcomes, type OutcomeCounts } from './account.js';
import { BudgetError, findCause, LawError, messageOf, StoppedError, UsageError } from './errors.js';
import { fingerprint } from './fingerprint.js';
import type { LaneResult } from './laneRunner.js';
import type { Pipeline } from './pipeline.js';
import type { OutputPart, Receipt } from './receipt.js';
import type { GenerationPlan, Sink } from './sink.js';
import type { Sample } from './sample.js';
import type { Extent } from './source.js';
import type { StoresOf } from './stage.js';

/** The i-th of n parts of the extents, from 0: Slurm arrays, Kubernetes indexed jobs. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

/** How many refused samples a run may have: a count, or a share of the planned samples (judged once 1000 are committed, and at the end). */
export type BadSampleBudget = { readonly count: number } | { readonly rate: number };

const RATE_AFTER_SAMPLES = 1000;

/** Runs lanes, several at a time: in this process or in others. */
export interface LaneExecutor {
  readonly concurrency: number;
  run(extent: Extent, signal: AbortSignal): Promise<LaneResult>;
}

export interface GenerateOptions {
  readonly seed: number;
  readonly stores: StoresOf;
  readonly signal: AbortSignal;
  readonly part?: Part;
  readonly limit?: number;
  readonly badSampleBudget?: BadSampleBudget;
  /** sha256 of the recipe's source, for the fingerprint. */
  readonly recipe?: string;
  /** Attempts at a lane whose environment fails (a transient fault, a worker that dies). @default 3 */
  readonly attempts?: number;
  /** Wait before attempt n + 1, in milliseconds. @default 200 x 2^n */
  readonly backoffMs?: (attempt: number) => number;
  readonly onLane?: (progress: LaneProgress) => void;
  /** Called before an error is thrown, with what the lanes committed until then add up to. */
  readonly onFailure?: (soFar: GenerationResult) => void;
}

export interface LaneProgress {
  readonly receipt: Receipt;
  /** The lane was committed before this run began, or by another runner. */
  readonly reused: boolean;
  readonly lanesDone: number;
  readonly lanes: number;
  readonly totals: Totals;
}

/** Sums over committed lanes. */
export interface Totals extends OutcomeCounts {
  planned: number;
  missing: number;
  duplicates: number;
}

export interface GenerationResult {
  readonly outcome: 'complete' | 'stopped' | 'failed';
  readonly totals: Totals;
  readonly lanes: { readonly total: number; readonly done: number; readonly reused: number };
  readonly outputs: readonly OutputPart[];
  readonly reasons: Readonly<Record<string, number>>;
  readonly tallies: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly peakInFlightBytes: number;
}

/** The pipeline's sink. @throws UsageError when it ends in none */
export function sinkOf(pipe: Pipeline): Sink<Sample> {
  if (pipe.sink === undefined) throw new UsageError('this recipe ends without a sink: a generation run needs one, such as writeTar(...), as its last stage');
  return pipe.sink;
}

/** What a run would do: its extents and its fingerprint. Reads listings only, and headers for a limit. */
export async function planGeneration(pipe: Pipeline, options: Pick<GenerateOptions, 'seed' | 'stores' | 'signal' | 'limit' | 'recipe'>): Promise<GenerationPlan> {
  const { seed, stores, signal, limit, recipe } = options;
  const extents = await pipe.source.plan({ stores, signal, ...(limit === undefined ? {} : { limit }) });
  if (extents.length === 0) throw new UsageError('the input has no shards');
  return { extents, fingerprint: await fingerprint(pipe, { seed, lanes: 'one an extent', extents, stores, ...(recipe === undefined ? {} : { recipe }) }) };
}

/** The extents of a part: every n-th, so that parts are even whatever the order of sizes. */
export function extentsOfPart(extents: readonly Extent[], part: Part | undefined): readonly Extent[] {
  return part === undefined ? extents : extents.filter((_, place) => place % part.of === part.index);
}

/**
 * Run every lane of the plan that is not committed yet, and sum up the receipts. A lane is one extent; its commit is atomic; a lane whose
 * environment fails is tried again. Lanes that another runner has claimed come last, so that two runners share the work.
 */
export async function generate(pipe: Pipeline, plan: GenerationPlan, executor: LaneExecutor, options: GenerateOptions): Promise<GenerationResult> {
  const sink = withAttemptsEach(sinkOf(pipe).sink, options);
  const tools = { stores: options.stores, signal: options.signal };
  await sink.prepare(plan, tools);
  const extents = extentsOfPart(plan.extents, options.part);
  const sum = new Sum(extents.length, options.badSampleBudget, options.onLane);
  try {
    const result = await runLanes(extents, sum, sink, executor, options);
    if (result.outcome === 'complete' && (await allCommitted(plan.extents, sink, tools, options.part))) await sink.tidy(tools);
    return result;
  } catch (error) {
    options.onFailure?.(sum.result('failed'));
    throw error;
  }
}

async function runLanes(extents: readonly Extent[], sum: Sum, sink: LaneCalls, executor: LaneExecutor, options: GenerateOptions): Promise<GenerationResult> {
  const tools = { stores: options.stores, signal: options.signal };
  const pending: Extent[] = [];
  for (const extent of extents) {
    if (options.signal.aborted) return sum.result('stopped');
    const receipt = await sink.committed(extent, tools);
    if (receipt === undefined) pending.push(extent);
    else sum.add(receipt, true);
  }

  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const claimedByOthers: Extent[] = [];
  const runOne = async (extent: Extent): Promise<void> => {
    const there = await sink.committed(extent, tools);
    if (there !== undefined) return sum.add(there, true);
    let result: LaneResult;
    try {
      result = await withAttempts(`lane ${extent.index} (${extent.shard})`, () => executor.run(extent, signal), { ...options, signal });
    } catch (error) {
      // Another runner may have marked the lane, finished its run and tidied away what this attempt was about to link.
      const receipt = isNotFound(error) ? await sink.committed(extent, tools) : undefined;
      if (receipt === undefined) throw error;
      return sum.add(receipt, true);
    }
    sum.peakInFlightBytes = Math.max(sum.peakInFlightBytes, result.peakInFlightBytes);
    sum.add(result.receipt, false);
  };
  const worker = async (next: () => Promise<Extent | undefined>): Promise<void> => {
    for (let extent = await next(); extent !== undefined && !signal.aborted; extent = await next()) await runOne(extent);
  };
  const drain = async (next: () => Promise<Extent | undefined>): Promise<void> => {
    const workers = Array.from({ length: Math.max(1, executor.concurrency) }, () =>
      worker(next).catch((error: unknown) => {
        stop.abort();
        throw error;
      }),
    );
    const settled = await Promise.allSettled(workers);
    const errors = settled.flatMap((entry) => (entry.status === 'rejected' ? [entry.reason as unknown] : []));
    const first = errors.find((error) => !isStopped(error));
    if (first !== undefined) throw first;
  };
  try {
    await drain(async () => {
      for (let extent = pending.shift(); extent !== undefined; extent = pending.shift()) {
        if (await sink.claim(extent, tools)) return extent;
        claimedByOthers.push(extent);
      }
      return undefined;
    });
    await drain(async () => claimedByOthers.shift());
  } catch (error) {
    if (!options.signal.aborted || !isStopped(error)) throw error;
  }
  if (sum.lanesDone < extents.length) {
    if (options.signal.aborted) return sum.result('stopped');
    throw new LawError(`${extents.length - sum.lanesDone} lanes ended without a receipt, and nobody asked the run to stop`);
  }
  sum.judge(true);
  return sum.result('complete');
}

async function allCommitted(
  extents: readonly Extent[],
  sink: LaneCalls,
  tools: { readonly stores: StoresOf; readonly signal: AbortSignal },
  part: Part | undefined,
): Promise<boolean> {
  if (part === undefined) return true;
  for (const extent of extents) if ((await sink.committed(extent, tools)) === undefined) return false;
  return true;
}

function isStopped(error: unknown): boolean {
  return findCause(error, (candidate): candidate is StoppedError => candidate instanceof StoppedError) !== undefined;
}

/** Something that was there, or was to be, is gone. */
function isNotFound(error: unknown): boolean {
  return hasCode(error, ['not-found']);
}

/** Environment faults that may pass by themselves: a store that says so, a worker that died. */
function isTransient(error: unknown): boolean {
  return hasCode(error, ['transient', 'worker-died']);
}

function hasCode(error: unknown, codes: readonly unknown[]): boolean {
  return findCause(error, (candidate): candidate is Error => candidate instanceof Error && 'code' in candidate && codes.includes(candidate.code)) !== undefined;
}

/** Do it, and again after a fault that may pass. `what` names it in the error after the last attempt. */
async function withAttempts<T>(what: string, work: () => Promise<T>, { signal, attempts = 3, backoffMs = (attempt) => 200 * 2 ** attempt }: GenerateOptions): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      // A stop that reaches the whole process group may kill a lane process that is still starting: that is the stop, not a failure.
      if (signal.aborted && isTransient(error)) throw new StoppedError('the run was stopped', { cause: error });
      if (!isTransient(error)) throw error;
      if (attempt + 1 >= attempts) throw new Error(`${what} failed ${attempts} times; the last time: ${messageOf(error)}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
    }
  }
}

type LaneCalls = Pick<Sink<Sample>['sink'], 'prepare' | 'committed' | 'claim' | 'tidy'>;

/** The same calls, each tried again when the store has a passing fault. */
function withAttemptsEach(sink: Sink<Sample>['sink'], options: GenerateOptions): LaneCalls {
  const at = (extent: Extent): string => `lane ${extent.index} (${extent.shard})`;
  return {
    prepare: (plan, tools) => withAttempts(`making ${sink.target} ready`, () => sink.prepare(plan, tools), options),
    committed: (extent, tools) => withAttempts(`looking for the mark of ${at(extent)}`, () => sink.committed(extent, tools), options),
    claim: (extent, tools) => withAttempts(`claiming ${at(extent)}`, () => sink.claim(extent, tools), options),
    tidy: (tools) => withAttempts(`tidying ${sink.target}`, () => sink.tidy(tools), options),
  };
}

/** What the committed lanes add up to. */
class Sum {
  readonly totals: Totals = { ...noOutcomes(), planned: 0, missing: 0, duplicates: 0 };
  readonly outputs: OutputPart[][] = [];
  readonly #reasons = new Map<string, number>();
  /** The reasons of refused samples alone. */
  readonly #refusals = new Map<string, number>();
  readonly #tallies = new Map<string, Map<string, number>>();
  peakInFlightBytes = 0;
  lanesDone = 0;
  #reused = 0;

  constructor(
    readonly lanes: number,
    readonly budget: BadSampleBudget | undefined,
    readonly onLane: GenerateOptions['onLane'],
  ) {}

  add(receipt: Receipt, reused: boolean): void {
    const { totals } = this;
    const { counts } = receipt;
    for (const name of Object.keys(counts) as (keyof OutcomeCounts)[]) totals[name] += counts[name];
    totals.planned += receipt.planned;
    const outcomes = counts.delivered + counts.filtered + counts.quarantined + counts.remainder;
    const difference = receipt.planned + counts.expanded - outcomes;
    if (difference > 0) totals.missing += difference;
    else totals.duplicates -= difference;
    this.outputs[receipt.lane] = [...receipt.outputs];
    const count = (into: Map<string, number>, name: string, by: number): unknown => into.set(name, (into.get(name) ?? 0) + by);
    for (const [reason, by] of Object.entries(receipt.reasons)) count(this.#reasons, reason, by);
    for (const drop of receipt.quarantine) count(this.#refusals, `${drop.stage}: ${drop.reason}`, drop.count);
    for (const [stage, entries] of Object.entries(receipt.tallies)) {
      const sums = this.#tallies.get(stage) ?? new Map<string, number>();
      this.#tallies.set(stage, sums);
      for (const [name, by] of Object.entries(entries)) count(sums, name, by);
    }
    this.lanesDone += 1;
    if (reused) this.#reused += 1;
    this.onLane?.({ receipt, reused, lanesDone: this.lanesDone, lanes: this.lanes, totals });
    this.judge(false);
  }

  /** @throws BudgetError when the committed lanes have more refused samples than allowed */
  judge(atEnd: boolean): void {
    if (this.budget === undefined) return;
    const { quarantined, planned } = this.totals;
    const what = `${quarantined} of ${planned} committed samples were refused`;
    const most = [...this.#refusals].toSorted((a, b) => b[1] - a[1]).slice(0, 3).map(([reason, count]) => `${reason} (${count})`).join(', ');
    if ('count' in this.budget) {
      if (quarantined > this.budget.count) throw new BudgetError(`${what}, more than the budget of ${this.budget.count}: ${most}`);
    } else if ((atEnd || planned >= RATE_AFTER_SAMPLES) && quarantined > this.budget.rate * planned) {
      throw new BudgetError(`${what}, more than the budget of ${this.budget.rate * 100} %: ${most}`);
    }
  }

  result(outcome: GenerationResult['outcome']): GenerationResult {
    return {
      outcome,
      totals: this.totals,
      lanes: { total: this.lanes, done: this.lanesDone, reused: this.#reused },
      outputs: this.outputs.flat(),
      reasons: Object.fromEntries([...this.#reasons].toSorted()),
      tallies: Object.fromEntries([...this.#tallies].map(([stage, entries]) => [stage, Object.fromEntries([...entries].toSorted())])),
      peakInFlightBytes: this.peakInFlightBytes,
    };
  }
}
