import { Observable } from 'rxjs';
import { hash32 } from '../kernels/hash.js';
import { elementShares, membersOf } from './account.js';
import { checkInteger, checkNumber } from './check.js';
import type { Probe } from './waiting.js';
import type { Cursor, WindowResume } from './cursor.js';
import { LawError, StageError } from './errors.js';
import { elementBytes, extendTombstone, isTombstone, openTombstone, originLabel, sampleLabel, originText, type Element, type OpenTombstone, type Origin, type Sample, type Tombstone } from './sample.js';
import { refused, stage, type Arity, type DigestTools, type SampleTools, type Stage, type StageContext } from './stage.js';

/** What a window makes of its samples: samples, and tombstones for those it dropped. Each input is accounted for exactly once. */
export type WindowWork<A extends Sample, B extends Sample> = (
  samples: readonly A[],
  tools: WindowTools,
) => readonly Element<B>[] | Promise<readonly Element<B>[]>;

export interface WindowTools extends SampleTools {
  /** The tombstone for an input that the work refuses (`SampleFault`); other errors are thrown on with their place. */
  refuse(sample: Sample, error: unknown): Tombstone;
}

export interface WindowOptions<A extends Sample = Sample> {
  /** Samples that close a window, in each lane. */
  readonly samples: number | ((lanes: number) => number);
  /** Bytes (deterministic size, see `elementBytes`) that close a window early; its floor in the gauge. @default 64 MiB */
  readonly maxBytes?: number;
  /**
   * Made anew for each window and asked about each of its samples in turn: does it still belong? `false` closes the window before it, and the sample
   * begins the next one, whatever is answered to it there. For windows that are full by their content; a pure function of what it was asked before.
   */
  readonly accepts?: () => (sample: A) => boolean;
  /** Windows at work at a time; they leave in order. @default 1 */
  readonly concurrency?: number;
  /** Everything the output depends on, as plain JSON. */
  readonly options?: object;
  readonly version?: number;
  readonly arity?: Arity;
  readonly digests?: (tools: DigestTools) => Promise<Readonly<Record<string, string>>>;
  readonly close?: () => Promise<void>;
  /** What the stage expects of samples like these, in lines; for `explain`. */
  readonly predict?: (samples: readonly A[]) => readonly string[];
}

interface Job<A extends Sample, B extends Sample> {
  /** When its work began. */
  began: number;
  /** Let go of when the outputs are made, which may be copies of what the inputs hold. */
  inputs: A[];
  /** No window: dropped samples behind others. */
  readonly dropsOnly: boolean;
  /** Asked about each sample that comes. */
  readonly accepts: ((sample: A) => boolean) | undefined;
  /** Dropped samples that came while the window was filling. */
  drops: OpenTombstone | undefined;
  readonly start: Cursor;
  end: Cursor;
  held: number;
  begun: boolean;
  /** undefined in a place: emitted. */
  outputs: (Element<B> | undefined)[] | undefined;
  emitted: number;
  /** Set on the first window after a resume inside it: its first outputs were delivered before. */
  readonly resume: WindowResume | undefined;
}

/**
 * The one law of stateful stages: collect a bounded number of samples and bytes, then emit a pure function of what is in the window.
 *
 * Every output but the last carries the upstream cursor at the start of its window, its place, and a hash of the outputs before it; the last
 * carries the upstream cursor at the window's end. On resume the window is made again and the outputs already delivered are skipped; a
 * replay that hashes differently stops the run. Outputs leave one by one under the valve. Tombstones that come while a window fills leave
 * as one, after its last output. `work` must account for each input exactly once, or the run stops.
 */
export function windowed<A extends Sample, B extends Sample>(
  name: string,
  work: WindowWork<A, B>,
  { samples, maxBytes = 64 * 2 ** 20, accepts, concurrency = 1, arity = 'window', options = {}, ...rest }: WindowOptions<A>,
): Stage<A, B> {
  if (typeof samples === 'number') checkInteger(name, 'samples', samples, 1);
  checkNumber(name, 'maxBytes', maxBytes, 1, Number.MAX_SAFE_INTEGER);
  checkInteger(name, 'concurrency', concurrency, 1);
  const capacity = (lanes: number): number => {
    const count = typeof samples === 'number' ? samples : samples(lanes);
    checkInteger(name, 'samples of a lane', count, 1);
    return count;
  };
  return stage<A, B>({
    ...rest,
    name,
    arity,
    options: { ...options, samples: typeof samples === 'number' ? samples : capacity(1), maxBytes },
    floorBytes: (lanes) => (capacity(lanes) === 1 ? 0 : maxBytes),
    replayElements: capacity,
    connect: (context) => (source) =>
      new Observable<Element<B>>((subscriber) => {
        const limit = capacity(context.lane.lanes);
        const window = new Windows<A, B>(context, work, limit, maxBytes, accepts, concurrency, subscriber);
        context.explain(() => window.doing());
        const subscription = source.subscribe({
          next: (element) => window.take(element),
          error: (error) => window.fail(error),
          complete: () => window.finish(),
        });
        return () => {
          window.stop();
          subscription.unsubscribe();
        };
      }),
  });
}

interface Destination<B extends Sample> {
  next(element: Element<B>): void;
  error(error: unknown): void;
  complete(): void;
}

/** The windows of one lane: the one that fills, and those at work or draining. */
class Windows<A extends Sample, B extends Sample> {
  #filling: Job<A, B> | undefined;
  readonly #jobs: Job<A, B>[] = [];
  /** Cursor of the last element that came. */
  #last: Cursor;
  #resume: WindowResume | undefined;
  #running = 0;
  #upstreamDone = false;
  #draining = false;
  #waiting = false;
  #stopped = false;

  constructor(
    readonly context: StageContext,
    readonly work: WindowWork<A, B>,
    readonly limit: number,
    readonly maxBytes: number,
    readonly accepts: (() => (sample: A) => boolean) | undefined,
    readonly concurrency: number,
    readonly destination: Destination<B>,
  ) {
    this.#last = context.start;
    this.#resume = context.resume;
  }

  take(element: Element<A>): void {
    if (isTombstone(element)) {
      if (this.#filling !== undefined) {
        if (this.#filling.drops === undefined) this.#filling.drops = openTombstone(element);
        else extendTombstone(this.#filling.drops, element);
        this.#filling.end = element.cursor;
      } else if (this.#jobs.length > 0) {
        // Behind windows at work: after the last of them, so that the order and the cursors stay true.
        const job = this.#jobs.at(-1) as Job<A, B>;
        if (job.dropsOnly && job.drops !== undefined && job.emitted === 0) {
          extendTombstone(job.drops, element);
          job.end = element.cursor;
        } else {
          const drops = openTombstone(element);
          this.#jobs.push({ inputs: [], dropsOnly: true, accepts: undefined, drops, start: this.#last, end: element.cursor, held: 0, begun: true, began: 0, outputs: [drops], emitted: 0, resume: undefined });
        }
      } else this.destination.next(element);
      this.#last = element.cursor;
      return;
    }
    if (this.#filling?.accepts !== undefined && !this.#accepted(this.#filling, element)) this.#close();
    if (this.#filling === undefined) {
      this.#filling = this.#openWindow();
      if (this.#filling.accepts !== undefined) this.#accepted(this.#filling, element);
    }
    if (this.#stopped) return;
    const job = this.#filling;
    const bytes = elementBytes(element);
    this.context.gauge.hold(bytes);
    job.inputs.push(element);
    job.held += bytes;
    job.end = element.cursor;
    this.#last = element.cursor;
    this.context.meter.queued = job.inputs.length;
    if (job.inputs.length >= this.limit || job.held >= this.maxBytes) this.#close();
  }

  #accepted(job: Job<A, B>, sample: A): boolean {
    try {
      return (job.accepts as (sample: A) => boolean)(sample);
    } catch (error) {
      this.fail(new StageError(this.context.name, sampleLabel(sample), error));
      return true;
    }
  }

  #openWindow(): Job<A, B> {
    const resume = this.#resume;
    this.#resume = undefined;
    return { inputs: [], dropsOnly: false, accepts: this.accepts?.(), drops: undefined, start: this.#last, end: this.#last, held: 0, begun: false, began: 0, outputs: undefined, emitted: 0, resume };
  }

  doing(): ReturnType<Probe> {
    const working = this.#jobs.filter(({ begun, outputs, inputs }) => begun && outputs === undefined && inputs.length > 0);
    return {
      calls: working.map(({ inputs, began }) => ({ what: `${inputs.length === 1 ? '' : `${inputs.length} samples from `}${sampleLabel(inputs[0] as A)}`, ms: performance.now() - began })),
      queued: this.#filling?.inputs.length ?? 0,
      atValve: this.#waiting,
    };
  }

  finish(): void {
    this.#upstreamDone = true;
    if (this.#filling !== undefined) this.#close();
    this.#advance();
  }

  fail(error: unknown): void {
    if (!this.#stopped) this.destination.error(error);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#filling !== undefined) this.context.gauge.release(this.#filling.held);
    this.#filling = undefined;
    for (const job of this.#jobs.splice(0)) {
      this.context.gauge.release(job.held);
      if (!job.dropsOnly) this.context.gauge.busy(-1);
    }
  }

  #close(): void {
    const job = this.#filling as Job<A, B>;
    this.#filling = undefined;
    this.#jobs.push(job);
    this.context.gauge.busy(1);
    this.#advance();
  }

  /** Start the work that may start, emit what is finished. */
  #advance(): void {
    for (const [index, job] of this.#jobs.entries()) {
      if (this.#running >= this.concurrency || this.#stopped) break;
      if (job.begun) continue;
      if (index === 0 ? !this.context.gauge.mayStart() : !this.context.gauge.open) {
        this.#waitForValve();
        break;
      }
      this.#begin(job);
    }
    void this.#drain();
  }

  #waitForValve(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const began = performance.now();
    void this.context.gauge.changed().then(() => {
      this.#waiting = false;
      this.context.meter.valveClosedMs += performance.now() - began;
      if (!this.#stopped) this.#advance();
    });
  }

  #begin(job: Job<A, B>): void {
    job.begun = true;
    this.#running += 1;
    const began = performance.now();
    job.began = began;
    const first = job.inputs[0] as A;
    const end = (outputs: readonly Element<B>[]): void => {
      this.#running -= 1;
      this.context.meter.busyMs += performance.now() - began;
      if (!this.#stopped) this.#made(job, outputs);
    };
    const failed = (error: unknown): void => {
      const where = job.inputs.length === 1 ? originLabel(first.origin) : `the window of ${job.inputs.length} samples from ${originLabel(first.origin)}`;
      this.fail(error instanceof StageError || error instanceof LawError ? error : new StageError(this.context.name, where, error));
    };
    const tools: WindowTools = {
      random: (...salt) => this.context.random(first.origin, ...salt),
      tally: (name, by) => this.context.tally(name, by),
      run: this.context.run,
      signal: this.context.signal,
      refuse: (sample, error) => refused(this.context, sample, error),
    };
    try {
      const outputs = this.work(job.inputs, tools);
      if (outputs instanceof Promise) {
        outputs.then(
          (made) => {
            try {
              end(made);
              if (!this.#stopped) this.#advance();
            } catch (error) {
              failed(error);
            }
          },
          (error: unknown) => failed(error),
        );
      } else end(outputs);
    } catch (error) {
      failed(error);
    }
  }

  /** Check the work against the law of accounting and give each output its cursor. */
  #made(job: Job<A, B>, outputs: readonly Element<B>[]): void {
    const broken = brokenAccount(job.inputs, outputs);
    if (broken !== undefined) {
      throw new LawError(
        `${this.context.name}: the window of ${job.inputs.length} samples from ${originLabel((job.inputs[0] as A).origin)} ${broken}; ` +
          'return each input once, in a sample, in its `members`, or as a tombstone',
      );
    }
    const all = job.drops === undefined ? [...outputs] : [...outputs, job.drops];
    let hash = 0;
    const made = all.map((output, place) => {
      hash = hash32(outputIdentity(output), hash);
      const cursor: Cursor =
        place === all.length - 1 ? job.end : { kind: 'window', start: job.start, stage: this.context.name, skip: place + 1, hash };
      return { ...output, cursor };
    });
    job.outputs = made;
    const bytes = made.reduce((sum, output) => sum + elementBytes(output), 0);
    if (bytes > job.held) this.context.gauge.hold(bytes - job.held);
    else this.context.gauge.release(job.held - bytes);
    job.held = bytes;
    if (job.resume !== undefined) this.#skip(job, job.resume);
    job.inputs = [];
  }

  #skip(job: Job<A, B>, resume: WindowResume): void {
    const outputs = job.outputs as Element<B>[];
    const last = outputs[resume.skip - 1];
    const agrees = outputs.length > resume.skip && last?.cursor.kind === 'window' && last.cursor.hash === resume.hash;
    if (!agrees) {
      throw new LawError(
        `${this.context.name}: the window from ${originLabel((job.inputs[0] as A).origin)} came out otherwise than when the checkpoint was ` +
          `made (${outputs.length} outputs, ${resume.skip} delivered before); the recipe, its data or a stage is not deterministic`,
      );
    }
    for (let place = 0; place < resume.skip; place += 1) {
      const bytes = elementBytes(outputs[place] as Element<B>);
      this.context.gauge.release(bytes);
      job.held -= bytes;
    }
    (job.outputs as (Element<B> | undefined)[]).fill(undefined, 0, resume.skip);
    job.emitted = resume.skip;
  }

  /** Emit finished outputs in order, each only while the valve is open or nothing after this stage is on its way. */
  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    try {
      let job: Job<A, B> | undefined;
      while (!this.#stopped && (job = this.#jobs[0])?.outputs !== undefined) {
        const outputs = job.outputs;
        while (job.emitted < outputs.length) {
          if (!this.context.gauge.mayStart()) {
            const began = performance.now();
            await this.context.gauge.changed();
            this.context.meter.valveClosedMs += performance.now() - began;
            if (this.#stopped) return;
            continue;
          }
          const output = outputs[job.emitted] as Element<B>;
          outputs[job.emitted] = undefined;
          job.emitted += 1;
          const bytes = elementBytes(output);
          job.held -= bytes;
          this.context.gauge.release(bytes);
          this.destination.next(output);
          if (this.#stopped) return;
        }
        this.#jobs.shift();
        if (!job.dropsOnly) this.context.gauge.busy(-1);
        if (this.#jobs[0]?.begun === false) this.#advance();
      }
      if (this.#upstreamDone && this.#jobs.length === 0 && !this.#stopped) this.destination.complete();
    } finally {
      this.#draining = false;
    }
    // Work that ended while this loop was emitting found the loop busy.
    if (!this.#stopped && this.#jobs[0]?.outputs !== undefined) void this.#drain();
  }
}

function outputIdentity(output: Element): string {
  if (isTombstone(output)) return output.dropped.map((drop) => `${originText(drop.origin)}\u0001${drop.count}\u0001${drop.stage}\u0001${drop.reason}`).join('\u0002');
  return `${output.key}\u0001${membersOf(output).map(originText).join('\u0002')}`;
}

/** How outputs fail to account for each input exactly once, in words; undefined when they do. Children stand for their share of a record. */
function brokenAccount(inputs: readonly Element[], outputs: readonly Element[]): string | undefined {
  const shares = new Map<string, { readonly origin: Origin; in: number; out: number }>();
  const count = (elements: readonly Element[], side: 'in' | 'out'): void => {
    for (const element of elements) {
      for (const [origin, share] of elementShares(element)) {
        // A copy of an origin costs more than all the rest of this.
        const record = originText(origin.path.length === 0 ? origin : { ...origin, path: [] });
        let entry = shares.get(record);
        if (entry === undefined) shares.set(record, (entry = { origin, in: 0, out: 0 }));
        entry[side] += share;
      }
    }
  };
  count(inputs, 'in');
  count(outputs, 'out');
  for (const { origin, in: before, out: after } of shares.values()) {
    if (Math.abs(after - before) <= 1e-6) continue;
    if (before === 0) return `invents ${originLabel(origin)}, which is not in it`;
    return after < before ? `loses ${originLabel(origin)}` : `accounts for ${originLabel(origin)} more than once`;
  }
  return undefined;
}
