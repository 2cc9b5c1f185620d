import { type Observable, type OperatorFunction } from 'rxjs';
import { counterRandom, type Random } from '../kernels/random.js';
import type { Cursor, WindowResume } from './cursor.js';
import { StageError, UsageError } from './errors.js';
import { Gauge, StageGauge } from './gauge.js';
import type { Extent, StoresOf } from './source.js';
import type { Probe } from './waiting.js';
import { runHere, type RunKernel } from './workers/kernel.js';
import { Meter, type StageCounts } from './meter.js';
import { originLabel, originText, tombstone, type Element, type Origin, type Sample, type Tombstone } from './sample.js';
import { SampleFault } from '../kernels/sampleFault.js';

export type { StoresOf } from './source.js';

/** How many elements a stage makes of how many. `batch`: the lanes meet there; `step`: it stands after `batch`; `sink`: it emits receipts. */
export type Arity = 'one' | 'filter' | 'expand' | 'window' | 'batch' | 'step' | 'sink';

/** Who the lane is that a stage was opened for. */
export interface LaneInfo {
  readonly index: number;
  readonly lanes: number;
  /** Set in a generation run, where a lane is one extent. */
  readonly extent: Extent | undefined;
}

/** What a stage has for finding the digests of what it depends on. */
export interface DigestTools {
  /** The object stores of the run, by URL. */
  readonly stores: StoresOf;
}

/** What binds a stage to a run. */
export interface StageContext {
  /** Unique in the pipeline. */
  readonly name: string;
  readonly seed: number;
  readonly lane: LaneInfo;
  readonly gauge: StageGauge;
  readonly meter: StageCounts;
  /** The cursor that this stage's upstream resumes from: the start of the first window. */
  readonly start: Cursor;
  /** Set when the run resumes inside a window of this stage. */
  readonly resume: WindowResume | undefined;
  readonly signal: AbortSignal;
  /** The object stores of the run, by URL. */
  readonly stores: StoresOf;
  /** Calls kernels: in the run's threads, where it has some. */
  readonly run: RunKernel;
  /** Randomness of (seed, stage name, origin): no state, so it is the same after any resume, on any rank. */
  random(origin: Origin, ...salt: readonly (string | number)[]): Random;
  /** Give the answer to what this stage is doing, for when a run hangs. Costs nothing until somebody asks. */
  explain(probe: Probe): void;
  /** Count something by name, for the meter and the lane's mark. */
  tally(name: string, by?: number): void;
  /** What this lane has tallied so far, over all stages: a sink writes it into the mark. */
  laneTallies(): Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What the source of this lane has handed out so far. */
  planned(): PlannedSoFar;
}

/** Counted at the source, apart from every outcome. */
export interface PlannedSoFar {
  /** The source's name. */
  readonly source: string;
  readonly records: number;
  /** Additive 128-bit sum of the origins' hashes, hex. */
  readonly hash: string;
}

export type Connect<A extends Sample, B extends Sample> = (context: StageContext) => OperatorFunction<Element<A>, Element<B>>;

export interface StageOptions<A extends Sample, B extends Sample> {
  readonly name: string;
  readonly arity: Arity;
  /** Everything the output depends on, as plain JSON: printed by `explain`, part of the fingerprint. */
  readonly options?: object;
  /** Raise when the same options give other outputs than before. @default 1 */
  readonly version?: number;
  /** Bytes that this stage may hold in each lane without being able to move on (a window's capacity). @default 0 */
  readonly floorBytes?: (lanes: number) => number;
  /** Elements that a resume inside this stage makes again, at most, in one lane; for `explain`. @default 0 */
  readonly replayElements?: (lanes: number) => number;
  /** Digests of models, word lists and the like that the output depends on; may be asked for before the run opens. */
  readonly digests?: (tools: DigestTools) => Promise<Readonly<Record<string, string>>>;
  /** Free what the stage holds for the whole process (a model's session). Called once when the run ends. */
  readonly close?: () => Promise<void>;
  /** What the stage expects of a run, from some samples that came to it, in lines; for `explain --sample`. */
  readonly predict?: (samples: readonly A[]) => readonly string[];
  /** Samples of a global batch; set by `batch` alone. */
  readonly batchSize?: number;
  /** What a stage after `batch` does; set by `perStep` and `stepFields` alone. */
  readonly step?: StepStage;
  readonly connect: Connect<A, B>;
}

/** The tools of a stage after `batch`. */
export interface StepTools {
  /** From 0. */
  readonly step: number;
  /** A generator of (seed, stage, step): the same for all lanes and ranks, and after every resume. */
  random(...salt: readonly (string | number)[]): Random;
  /** Calls a kernel, in a thread where the run has some (`--workers`). */
  readonly run: RunKernel;
  readonly signal: AbortSignal;
}

/** Those of one that works on what one lane gives to a step. */
export interface LaneStepTools extends StepTools {
  /** `random(lane)` draws for this lane alone. */
  readonly lane: number;
}

/** What a stage after `batch` does. It has no cursor: it is a function of the samples of one lane in one step, and of the step. */
export interface StepStage {
  /** Samples of a lane that a step must have room for: 2 where partners are needed. */
  readonly minSamples: number;
  /** Fields of the step, for all of its samples on all ranks. */
  readonly shared?: (tools: StepTools) => object;
  /** For each sample, in order, the fields to add or replace. */
  readonly work?: (samples: readonly Sample[], tools: LaneStepTools) => readonly object[] | Promise<readonly object[]>;
}

/**
 * An ordinary RxJS operator with a label. Used alone it works in `.pipe(...)` and under marble tests; inside `pipeline(...)` it is bound
 * to the run: seed, valve, resume point, meter, quarantine and abort signal.
 */
export interface Stage<A extends Sample, B extends Sample> extends OperatorFunction<A, B> {
  readonly stage: StageOptions<A, B>;
}

/** Make a stage. Most operators are simpler with `mapSample`, `mapAsync`, `keep`, `expand` or `windowed`. */
export function stage<A extends Sample, B extends Sample>(options: StageOptions<A, B>): Stage<A, B> {
  if (!/^[A-Za-z][\w.-]*$/.test(options.name)) {
    throw new UsageError(`a stage's name must be a word of letters, digits, '_', '.' and '-', got ${JSON.stringify(options.name)}`);
  }
  const operator = (source: Observable<A>): Observable<B> =>
    options.connect(looseContext(options.name))(source) as unknown as Observable<B>;
  return Object.assign(operator, { stage: options });
}

export function isStage(operator: unknown): operator is Stage<Sample, Sample> {
  return typeof operator === 'function' && 'stage' in operator;
}

/** Randomness of (seed, stage name, origin, salt). */
export function stageRandom(seed: number, name: string, origin: Origin, salt: readonly (string | number)[]): Random {
  return counterRandom(seed, name, originText(origin), ...salt);
}

/** Randomness of (seed, stage name, step, salt); apart from that of any origin, whose text is never `step`. */
export function stepRandom(seed: number, name: string, step: number, salt: readonly (string | number)[]): Random {
  return counterRandom(seed, name, 'step', step, ...salt);
}

/** The context of a stage that is used outside a pipeline: seed 0, an open valve, nothing to resume. */
export function looseContext(name: string): StageContext {
  const gauge = new Gauge(Number.POSITIVE_INFINITY);
  const meter = new Meter();
  return {
    name,
    seed: 0,
    lane: { index: 0, lanes: 1, extent: undefined },
    gauge: new StageGauge(gauge.lane(0), 0),
    meter: meter.stage(name),
    start: { kind: 'source', position: null },
    resume: undefined,
    signal: new AbortController().signal,
    stores: (url) => {
      throw new UsageError(`${name}: no stores outside a run, cannot open ${url}`);
    },
    run: runHere,
    random: (origin, ...salt) => stageRandom(0, name, origin, salt),
    explain: () => {},
    tally: (tally, by = 1) => meter.tally(name, tally, by),
    laneTallies: () => meter.snapshot().tallies,
    planned: () => ({ source: '', records: 0, hash: '' }),
  };
}

/** What a caught error means for one sample: its tombstone when the sample is at fault; anything else is thrown on, with where it happened. */
export function refused(context: StageContext, sample: Sample, error: unknown): Tombstone {
  if (error instanceof SampleFault) {
    const within = error.byteOffset === undefined ? '' : ` (byte ${error.byteOffset} of it)`;
    const byteOffset = sample.origin.byte === undefined ? {} : { byteOffset: sample.origin.byte };
    return tombstone(sample, { stage: context.name, reason: error.code, kind: 'quarantined', message: `${error.message}${within}`, ...byteOffset });
  }
  if (error instanceof StageError) throw error;
  throw new StageError(context.name, `${originLabel(sample.origin)} (key ${sample.key})`, error);
}

/** The tools that a sample function gets beside the sample. */
export interface SampleTools {
  /** A generator of (seed, stage, origin): the same in every run and after every resume. */
  random(...salt: readonly (string | number)[]): Random;
  tally(name: string, by?: number): void;
  /** Calls a kernel, in a thread where the run has some (`--workers`). For asynchronous stages. */
  readonly run: RunKernel;
  readonly signal: AbortSignal;
}

export function sampleTools(context: StageContext, sample: Sample): SampleTools {
  return new Tools(context, sample);
}

/** Makes its functions when they are asked for: most work asks for none, and two closures a sample and stage cost more than the stage. */
class Tools implements SampleTools {
  constructor(
    readonly context: StageContext,
    readonly sample: Sample,
  ) {}

  get signal(): AbortSignal {
    return this.context.signal;
  }

  get run(): RunKernel {
    return this.context.run;
  }

  get random(): SampleTools['random'] {
    return (...salt) => this.context.random(this.sample.origin, ...salt);
  }

  get tally(): SampleTools['tally'] {
    return (name, by) => this.context.tally(name, by);
  }
}
