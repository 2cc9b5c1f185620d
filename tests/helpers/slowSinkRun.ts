import { tap } from 'rxjs';
import { onlyExtent } from '../../engine/deal.js';
import { keep } from '../../engine/keep.js';
import { openLane } from '../../engine/lane.js';
import { openGauge, pipelineFloor } from '../../engine/lockstep.js';
import { mapAsync } from '../../engine/mapAsync.js';
import { mapSample } from '../../engine/mapSample.js';
import { Meter } from '../../engine/meter.js';
import { pipeline } from '../../engine/pipeline.js';
import type { Receipt } from '../../engine/receipt.js';
import { isTombstone, type Element, type Sample } from '../../engine/sample.js';
import { sequentialSink } from '../../engine/sequentialSink.js';
import type { Extent, Source } from '../../engine/source.js';
import { stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import { noStores } from './lanes.js';

export interface SlowSinkOptions {
  /** Samples that reach the sink. One more in ten is read and dropped by a filter. */
  readonly samples: number;
  readonly sampleBytes: number;
  /** The sink's wait for each sample; 0: until the next turn of the event loop. */
  readonly sinkMs: number;
  /** `Infinity`: no valve. */
  readonly budget: number;
  /** Samples of the shuffle's window, the pipeline's only floor. */
  readonly window: number;
  /** Told how many samples the sink has done, after each. */
  readonly onDone?: (done: number) => void;
}

export interface SlowSinkResult {
  /** Most payload bytes between source and sink, counted by these two and the filter, apart from the engine's gauge. */
  readonly heldPeak: number;
  /** What was held at the end: 0, or something was lost. */
  readonly heldAtEnd: number;
  /** What may be held: max(floors, budget) + one element. */
  readonly bound: number;
  /** Most bytes by the engine's gauge. */
  readonly gaugePeak: number;
  readonly done: number;
}

interface Payload extends Sample {
  readonly value: number;
  readonly payload: Uint8Array;
}

/**
 * A fast source, a sink that waits for each sample, and everything that can hold samples between them: mapSample, keep, mapAsync, a shuffle
 * window. The source gives a new, written-to array for each sample as fast as it is asked.
 */
export async function slowSinkRun({ samples, sampleBytes, sinkMs, budget, window, onDone }: SlowSinkOptions): Promise<SlowSinkResult> {
  let held = 0;
  let heldPeak = 0;
  let done = 0;
  const records = samples + Math.floor((samples - 1) / 9);
  const source: Source<Payload> = {
    name: 'fast',
    version: 1,
    options: {},
    plan: async () => [],
    async *open() {
      for (let record = 0; record < records; record += 1) {
        held += sampleBytes;
        heldPeak = Math.max(heldPeak, held);
        // Written to, because the pages of a fresh array count only then.
        const payload = new Uint8Array(sampleBytes).fill(record);
        yield { key: `r${record}`, record, byteOffset: 0, fields: { value: record, payload }, next: { record: record + 1, byte: 0 } };
      }
    },
  };
  const countDropped = stage<Payload, Payload>({
    name: 'countDropped',
    arity: 'one',
    connect: () =>
      tap((element: Element<Payload>) => {
        if (isTombstone(element)) for (const { count } of element.dropped) held -= count * sampleBytes;
      }),
  });
  const sink = stage<Sample, Receipt>({
    name: 'slow',
    arity: 'sink',
    connect: (context) =>
      sequentialSink(context, () => ({
        async add(element) {
          if (isTombstone(element)) return;
          await new Promise<void>((resolve) => (sinkMs === 0 ? setImmediate(resolve) : setTimeout(resolve, sinkMs)));
          held -= (element as Payload).payload.length;
          done += 1;
          onDone?.(done);
        },
        commit: async () => emptyReceipt(context.start),
        abort: async () => {},
      })),
  });
  const pipe = pipeline(
    source,
    mapSample('size', (sample: Payload) => ({ size: sample.payload.length })),
    keep<Payload>('no tenth', (sample) => sample.value % 10 !== 9),
    countDropped,
    mapAsync('look', async (sample: Payload) => {
      await new Promise((resolve) => setImmediate(resolve));
      return { first: sample.payload[0] };
    }),
    windowed<Payload, Payload>('shuffle', (inputs, tools) => tools.random().shuffle(inputs), { samples: window, maxBytes: window * (sampleBytes + 1000) }),
    sink,
  );
  const gauge = openGauge(pipe, 1, budget);
  const floor = pipelineFloor(pipe, 1).perLane;
  const extent: Extent = { index: 0, shard: 'fast', bytes: records * sampleBytes, etag: '' };
  const stream = openLane(pipe, {
    seed: 1,
    info: { index: 0, lanes: 1, extent },
    itinerary: onlyExtent(extent),
    gauge: gauge.lane(floor),
    meter: new Meter(),
    stores: noStores,
    signal: new AbortController().signal,
  });
  await new Promise<void>((resolve, reject) => {
    stream.subscribe({ error: reject, complete: resolve });
  });
  return { heldPeak, heldAtEnd: held, bound: Math.max(floor, budget) + sampleBytes, gaugePeak: gauge.peak, done };
}

function emptyReceipt(cursor: Receipt['cursor']): Receipt {
  const origin = { dataset: '', shard: '', record: 0, pass: 0, path: [] };
  const counts = { delivered: 0, filtered: 0, quarantined: 0, expanded: 0, remainder: 0 };
  return { key: 'lane', origin, cursor, lane: 0, planned: 0, counts, quarantine: [], reasons: {}, tallies: {}, outputs: [] };
}
