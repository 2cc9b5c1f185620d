import { Observable } from 'rxjs';
import { Plan } from './account.js';
import { openCursor, type Cursor } from './cursor.js';
import { StageError, StoppedError } from './errors.js';
import { StageGauge, type LaneGauge } from './gauge.js';
import { Meter } from './meter.js';
import type { Pipeline } from './pipeline.js';
import { elementBytes, isTombstone, tombstone, withFields, type Element, type Sample } from './sample.js';
import type { Json } from './json.js';
import { readLane, type LaneRecord, type Schedule } from './read.js';
import type { Source } from './source.js';
import type { LaneProbes } from './waiting.js';
import { runHere, type RunKernel } from './workers/kernel.js';
import { stageRandom, type LaneInfo, type StageContext, type StoresOf } from './stage.js';

export interface LaneOptions {
  readonly seed: number;
  readonly info: LaneInfo;
  readonly itinerary: Schedule;
  readonly gauge: LaneGauge;
  readonly meter: Meter;
  readonly stores: StoresOf;
  readonly signal: AbortSignal;
  /** Where the stages say what they are doing. */
  readonly probes?: LaneProbes;
  /** @default in this thread */
  readonly run?: RunKernel;
  /** Resume after this cursor. @default the start of the lane */
  readonly from?: Cursor;
}

/** The cursor at the very start of a lane. */
export const startCursor: Cursor = { kind: 'source', position: null };

/**
 * Open a pipeline for one lane: the source is pulled under the valve, everything between is ordinary RxJS. Nothing happens before the
 * subscription; unsubscribing stops the source and subtracts from the gauge what the lane holds.
 */
export function openLane(pipe: Pipeline, options: LaneOptions): Observable<Element> {
  const { seed, info, gauge, stores, signal } = options;
  const from = options.from ?? startCursor;
  const resume = openCursor(from);
  const plan = new Plan();
  const laneMeter = new Meter();
  let stream: Observable<Element> = pull(pipe.source, options, resume.position, plan);
  stream = counted(stream, options.meter.stage(pipe.source.name), undefined);
  for (const [index, placed] of pipe.stages.entries()) {
    const { name } = placed;
    const meter = options.meter.stage(name);
    const context: StageContext = {
      name,
      seed,
      lane: info,
      gauge: new StageGauge(gauge, index),
      meter,
      start: upstreamOf(from, pipe, index),
      resume: resume.windows.get(name),
      signal,
      stores,
      run: options.run ?? runHere,
      random: (origin, ...salt) => stageRandom(seed, name, origin, salt),
      explain: (probe) => options.probes?.add(name, probe),
      tally: (tally, by = 1) => {
        laneMeter.tally(name, tally, by);
        options.meter.tally(name, tally, by);
      },
      laneTallies: () => laneMeter.snapshot().tallies,
      planned: () => ({ source: pipe.source.name, records: plan.records, hash: plan.hash }),
    };
    const input = stream;
    const before = new Observable<Element>((subscriber) =>
      input.subscribe({
        next: (element) => {
          if (!isTombstone(element)) meter.in += 1;
          subscriber.next(element);
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
    stream = counted(placed.connect(context)(before), meter, name);
  }
  return stream;
}

/** The cursor that the input of stage `index` resumes from: without the window entries of that stage and of later ones. */
function upstreamOf(from: Cursor, pipe: Pipeline, index: number): Cursor {
  const later = new Set(pipe.stages.slice(index).map((placed) => placed.name));
  let cursor = from;
  while (cursor.kind === 'window' && later.has(cursor.stage)) cursor = cursor.start;
  return cursor;
}

function counted(source: Observable<Element>, counts: { out: number; dropped: number; bytesOut: number }, stage: string | undefined): Observable<Element> {
  return new Observable((subscriber) =>
    source.subscribe({
      next: (element) => {
        if (isTombstone(element)) {
          for (const drop of element.dropped) if (stage === undefined || drop.stage === stage) counts.dropped += drop.count;
        } else counts.out += 1;
        subscriber.next(element);
      },
      error: (error) => subscriber.error(error),
      complete: () => subscriber.complete(),
    }),
  );
}

/** Pull the extents of the lane's itinerary, one record at a time, while the valve is open. */
function pull(source: Source<Sample>, options: LaneOptions, from: Json, plan: Plan): Observable<Element> {
  return new Observable((subscriber) => {
    let stopped = false;
    const { gauge, signal } = options;
    const meter = options.meter.stage(source.name);
    const stopOnAbort = (): void => {
      if (!stopped) subscriber.error(new StoppedError('the run was stopped'));
    };
    signal.addEventListener('abort', stopOnAbort, { once: true });

    /** When the latest pull began; undefined when none is under way. */
    let pulling: number | undefined;
    let atValve = false;
    options.probes?.add(source.name, () => ({ calls: pulling === undefined ? [] : [{ what: 'the next record', ms: performance.now() - pulling }], queued: 0, atValve }));

    const admission = async (): Promise<void> => {
      const began = performance.now();
      atValve = true;
      while (!stopped && !gauge.mayPull()) await gauge.gauge.changed();
      atValve = false;
      meter.valveClosedMs += performance.now() - began;
    };

    const run = async (): Promise<void> => {
      const records = readLane(source, { schedule: options.itinerary, from, tools: { stores: options.stores, signal } });
      try {
        for (;;) {
          if (!gauge.mayPull()) await admission();
          if (stopped) return;
          const arrived = gauge.reserve();
          const began = performance.now();
          pulling = began;
          let result;
          try {
            result = await records.next();
          } finally {
            pulling = undefined;
            arrived();
            meter.busyMs += performance.now() - began;
          }
          if (stopped) return;
          if (result.done === true) break;
          emit(result.value);
        }
      } finally {
        await records.return();
      }
      subscriber.complete();
    };
    const emit = ({ key, origin, position, fields, fault, byteOffset }: LaneRecord): void => {
      plan.add(origin);
      const base = { key, origin, cursor: { kind: 'source', position } as const };
      if (fault !== undefined) {
        const drop = { stage: source.name, reason: fault.code, kind: 'quarantined', message: fault.message, byteOffset: fault.byteOffset ?? byteOffset } as const;
        subscriber.next(tombstone(base, drop));
        return;
      }
      const sample: Sample = withFields(fields ?? {}, base);
      const bytes = elementBytes(sample);
      meter.bytesOut += bytes;
      gauge.sawElement(bytes);
      subscriber.next(sample);
    };
    if (signal.aborted) stopOnAbort();
    else {
      run().catch((error: unknown) => {
        if (!stopped) subscriber.error(error instanceof StoppedError ? error : new StageError(source.name, undefined, error));
      });
    }
    return () => {
      stopped = true;
      signal.removeEventListener('abort', stopOnAbort);
      gauge.gauge.wake();
    };
  });
}
