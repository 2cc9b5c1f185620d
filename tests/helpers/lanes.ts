import { lastValueFrom, toArray } from 'rxjs';
import type { Cursor } from '../../engine/cursor.js';
import { Gauge } from '../../engine/gauge.js';
import { openLane, startCursor } from '../../engine/lane.js';
import { Meter } from '../../engine/meter.js';
import type { StoresOf } from '../../engine/source.js';
import type { Pipeline } from '../../engine/pipeline.js';
import { isTombstone, originText, type Element } from '../../engine/sample.js';
import { serializeCursor } from '../../engine/cursor.js';
import type { Schedule } from '../../engine/read.js';

export const noStores = (url: string): never => {
  throw new Error(`no store for ${url}`);
};

export interface LaneRunOptions {
  readonly itinerary: Schedule;
  readonly seed?: number;
  readonly lane?: number;
  readonly lanes?: number;
  readonly from?: Cursor;
  readonly budget?: number;
  /** @default none */
  readonly stores?: StoresOf;
}

/** Everything that comes out of one lane. */
export function laneElements(pipe: Pipeline, { itinerary, seed = 7, lane = 0, lanes = 1, from = startCursor, budget = 1e9, stores = noStores }: LaneRunOptions): Promise<Element[]> {
  const gauge = new Gauge(budget);
  return lastValueFrom(
    openLane(pipe, {
      seed,
      info: { index: lane, lanes, extent: undefined },
      itinerary,
      gauge: gauge.lane(0),
      meter: new Meter(),
      stores,
      signal: new AbortController().signal,
      from,
    }).pipe(toArray()),
    { defaultValue: [] },
  );
}

/** An element as a text to compare: samples with their fields and cursor; dropped samples one by one, however tombstones merged. */
export function elementTexts(elements: readonly Element[]): string[] {
  return elements.flatMap((element) => {
    if (isTombstone(element)) {
      return element.dropped.flatMap((drop) =>
        Array.from({ length: drop.count }, (_, nth) => `dropped ${originText({ ...drop.origin, record: drop.origin.record + nth })} ${drop.stage} ${drop.reason}`),
      );
    }
    const { origin, cursor, members, ...fields } = element;
    const plain = Object.fromEntries(Object.entries(fields).filter(([, value]) => !ArrayBuffer.isView(value)));
    return [`${JSON.stringify(plain)} ${originText(origin)} ${(members ?? []).map(originText).join(',')} ${JSON.stringify(serializeCursor(cursor))}`];
  });
}
