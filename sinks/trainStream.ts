import { setImmediate } from 'node:timers/promises';
import type { Checkpoint } from '../engine/checkpoint.js';
import { StoppedError } from '../engine/errors.js';
import type { Step } from '../engine/lockstep.js';
import type { Meter } from '../engine/meter.js';
import { padContribution } from '../engine/padContribution.js';
import type { Sample } from '../engine/sample.js';
import type { Stream } from '../engine/stream.js';
import type { StepResult, Trainer } from '../models/train/trainer.js';
import { ahead } from './ahead.js';

export interface TrainStreamOptions<F> {
  readonly stream: Stream;
  readonly trainer: Trainer<F>;
  /** The meter that the stream was opened with. */
  readonly meter: Meter;
  readonly signal: AbortSignal;
  /** Where the stream goes on. */
  readonly from?: Checkpoint;
  /** Train up to this step of the stream, not included. @default to its end */
  readonly steps?: number;
  /** Batches that are made while the device works. @default 2 */
  readonly prefetch?: number;
  /** After which steps must nothing further be under way, so that the weights are those of that step? @default none */
  readonly boundary?: (step: number) => boolean;
  /** Called at the end, however it comes: what the stream has under way is not needed any more. */
  readonly ended?: () => void;
}

/** The receipt of a step: its samples are in the weights. */
export interface Trained extends Partial<StepResult> {
  /** Of the stream, from 0. Without a loss: the lanes had nothing for it, and nothing was trained. */
  readonly step: number;
  readonly samples: number;
  /** Milliseconds from the receipt before to this one. */
  readonly ms: number;
  /** Milliseconds of them in which the device had nothing to do, because no batch was ready. */
  readonly stallMs: number;
  /** The stages that were waited for, in proportion to the time that each worked meanwhile. Adds up to `stallMs`. */
  readonly stalls: Readonly<Record<string, number>>;
  readonly entry: Step;
  /** Resume after this step. */
  readonly checkpoint: Checkpoint;
}

/** Name under which putting a batch together is metered. */
const COLLATE = 'collate';

/**
 * Train a model on a stream, step after step. The next batches are made while the device works, and the next step is dispatched before the loss of this one
 * has been read: a device waits for data, never for the program. Nothing depends on that: a step is a function of the weights and its samples.
 *
 * What a device waits for is found by subtraction: the stages' working time between two steps, when there was a wait.
 *
 * @throws StoppedError when the signal is aborted, after the receipts of all that was dispatched; Error for a loss that is no number
 */
export async function* trainStream<F>({ stream, trainer, meter, signal, from, steps = Number.POSITIVE_INFINITY, prefetch = 2, boundary = () => false, ended }: TrainStreamOptions<F>): AsyncGenerator<Trained> {
  const first = from?.step ?? 0;
  if (first >= steps) return;
  const batches = ahead(prepare(), prefetch);
  const flying: Promise<Trained>[] = [];
  let busyBefore = busy(meter);
  /** When the device had nothing left to do; undefined while it works. */
  let idleSince: number | undefined = performance.now();
  let under = 0;
  let reportedAt = performance.now();
  try {
    for (;;) {
      const wanted = performance.now();
      const next = await orStopped(batches.next());
      if (next === undefined || next.done === true) break;
      const now = performance.now();
      const stallMs = idleSince === undefined ? 0 : now - Math.max(wanted, idleSince);
      const busyNow = busy(meter);
      const stalls = shared(stallMs, busyBefore, busyNow);
      busyBefore = busyNow;
      const flight = dispatch(next.value, stallMs, stalls);
      // It is awaited below; should it fail before, that is no uncaught error.
      flight.catch(() => {});
      flying.push(flight);
      await setImmediate();
      while (flying.length > 1 || (flying.length === 1 && (boundary(next.value.entry.step) || signal.aborted))) yield await (flying.shift() as Promise<Trained>);
      if (signal.aborted || next.value.entry.step + 1 >= steps) break;
    }
    while (flying.length > 0) yield await (flying.shift() as Promise<Trained>);
    if (signal.aborted) throw new StoppedError('the run was stopped');
  } finally {
    ended?.();
    await batches.return(undefined);
  }

  /** undefined when the run is stopped: what was dispatched is still to be told. */
  async function orStopped<T>(promise: Promise<T>): Promise<T | undefined> {
    try {
      return await promise;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  async function* prepare(): AsyncGenerator<Prepared> {
    for await (const entry of stream.steps(from)) {
      // Asked now: the stream has gone on by the time that the step is trained.
      const checkpoint = stream.checkpoint();
      const samples = entry.contributions.flatMap((contribution) => [...padContribution(contribution, stream.perLane).samples]);
      const count = samples.filter((sample) => sample !== undefined).length;
      const began = performance.now();
      const hosts = count === 0 ? [] : trainer.collate(samples as readonly ((Sample & F) | undefined)[]);
      meter.stage(COLLATE).busyMs += performance.now() - began;
      yield { entry, checkpoint, count, batches: hosts };
      if (entry.step + 1 >= steps) return;
    }
  }

  async function dispatch({ entry, checkpoint, count, batches: hosts }: Prepared, stallMs: number, stalls: Readonly<Record<string, number>>): Promise<Trained> {
    under += 1;
    idleSince = undefined;
    const result = hosts.length === 0 ? undefined : await trainer.step(hosts);
    under -= 1;
    const now = performance.now();
    if (under === 0) idleSince = now;
    if (result !== undefined && !Number.isFinite(result.loss)) throw new Error(`the loss of step ${entry.step} is ${result.loss}: the weights are lost; go on from an earlier checkpoint with a lower learning rate, or clip the gradient`);
    const ms = now - reportedAt;
    reportedAt = now;
    return { step: entry.step, ...result, samples: count, ms, stallMs, stalls, entry, checkpoint };
  }
}

interface Prepared {
  readonly entry: Step;
  readonly checkpoint: Checkpoint;
  readonly count: number;
  readonly batches: ReturnType<Trainer['collate']>;
}

function busy(meter: Meter): ReadonlyMap<string, number> {
  return new Map([...meter.stages].map(([name, { busyMs }]) => [name, busyMs]));
}

/** A wait, dealt to the stages by what each worked meanwhile; to `idle` when none worked (it waits for a disk or a network). */
function shared(ms: number, before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): Record<string, number> {
  if (ms === 0) return {};
  const worked = [...now].map(([name, busyMs]) => [name, busyMs - (before.get(name) ?? 0)] as const).filter(([, more]) => more > 0);
  const total = worked.reduce((sum, [, more]) => sum + more, 0);
  return total === 0 ? { idle: ms } : Object.fromEntries(worked.map(([name, more]) => [name, (ms * more) / total]));
}
