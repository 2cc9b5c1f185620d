import type { ExecutionContext } from 'ava';
import type { OperatorFunction } from 'rxjs';
import { parseCursor, serializeCursor, type Cursor } from '../../engine/cursor.js';
import { deal } from '../../engine/deal.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import type { Element, Sample } from '../../engine/sample.js';
import { elementTexts, laneElements, noStores } from './lanes.js';
import { testSource, type TestSample, type TestSourceOptions } from './testSource.js';

export interface AssertResumesOptions extends Partial<TestSourceOptions> {
  /** @default 2 */
  readonly lanes?: number;
  /** @default 2 */
  readonly epochs?: number;
  readonly seed?: number;
  /** Said with a failure. */
  readonly label?: string;
}

/** Stages behind a test source, of any types. */
export type AnyStages = readonly OperatorFunction<never, Sample>[];

/** Its cursor, as a checkpoint file gives it back. */
const saved = (element: Element): Cursor => parseCursor(JSON.parse(JSON.stringify(serializeCursor(element.cursor))));

/**
 * The one test of state: run a lane, cut it after every element, resume from the serialised cursor in freshly made stages, and compare the
 * rest: samples with their fields and cursors, tombstones, quarantine. Each resumed run is cut and resumed once more.
 *
 * @returns how many elements came out, so that a test can demand enough of them
 */
export async function assertResumes(t: ExecutionContext, makeStages: () => AnyStages, options: AssertResumesOptions = {}): Promise<number> {
  const { lanes = 2, epochs = 2, seed = 11, label = '', ...source } = options;
  const make = (): Pipeline => {
    const build = pipeline as unknown as (source: ReturnType<typeof testSource>, ...stages: AnyStages) => Pipeline<TestSample>;
    return build(testSource({ extents: 4, records: (extent) => 5 + (extent % 3), faulty: (value) => value % 11 === 5, ...source }), ...makeStages());
  };
  const extents = await make().source.plan({ stores: noStores, signal: new AbortController().signal });
  const itinerary = deal(extents, { lanes, seed, epochs })(lanes - 1);
  const run = (from?: Cursor): Promise<Element[]> => laneElements(make(), { itinerary, lane: lanes - 1, lanes, seed, ...(from === undefined ? {} : { from }) });

  const whole = await run();
  if (!t.deepEqual(elementTexts(await run()), elementTexts(whole), `${label}: the same twice`)) return whole.length;
  for (const [cut, element] of whole.entries()) {
    const rest = await run(saved(element));
    if (!t.deepEqual(elementTexts(rest), elementTexts(whole.slice(cut + 1)), `${label}: cut after element ${cut}`)) return whole.length;
    if (rest.length === 0) continue;
    const again = cut % rest.length;
    const tail = await run(saved(rest[again] as Element));
    if (!t.deepEqual(elementTexts(tail), elementTexts(rest.slice(again + 1)), `${label}: cut after element ${cut}, then ${again}`)) return whole.length;
  }
  return whole.length;
}
