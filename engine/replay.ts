import { filter, lastValueFrom, map, tap, type OperatorFunction } from 'rxjs';
import { DrawLog, type StageDraws } from './drawLog.js';
import { UsageError } from './errors.js';
import { findRecord, type FoundRecord } from './findRecord.js';
import { Gauge } from './gauge.js';
import { openLane } from './lane.js';
import { Meter } from './meter.js';
import type { OriginAddress } from './originAddress.js';
import { splitAtBatch, type Pipeline, type PlacedStage } from './pipeline.js';
import { isTombstone, originLabel, type ChildPlace, type Drop, type Element, type Origin, type Sample } from './sample.js';
import type { SourceTools } from './source.js';
import type { Arity } from './stage.js';

export interface ReplayOptions extends SourceTools {
  readonly seed: number;
  /** Of the run: windows are shared by them. 1 in a generation run. */
  readonly lanes: number;
}

/** What one stage did with one sample and what had become of it. */
export interface StageReplay {
  readonly stage: string;
  /** undefined: an ordinary RxJS operator, guarded. */
  readonly arity: Arity | 'source' | undefined;
  readonly in: readonly Sample[];
  readonly out: readonly Sample[];
  /** By this stage. */
  readonly dropped: readonly Drop[];
  readonly draws: readonly StageDraws[];
}

export interface Replay {
  /** Of the record, as the source gives it. */
  readonly key: string;
  readonly origin: Origin;
  /** Where the record ends in its shard; it starts at `origin.byte`. */
  readonly endByte: number;
  /** The source first. */
  readonly stages: readonly StageReplay[];
  /** The sink or batch, which is not run. */
  readonly notRun: string | undefined;
  /** The stages after batch, which are not run either: they work on what a lane gives to a step, and one sample is none. */
  readonly perStep: readonly string[];
}

/**
 * Run one sample of a pipeline again and write down what every stage does with it. That is a function of the recipe, the seed and the sample's
 * origin, so it is what a run does; but a window gets the sample alone, without those that stood beside it, and draws as if it were its first. A
 * sink or `batch` and what stands after it are not run, and nothing is written.
 *
 * @param address with children, that child alone from its expansion on; else the record with all its children
 * @throws UsageError where there is no such sample, with what there is
 */
export async function replay(pipe: Pipeline, address: OriginAddress, { seed, lanes, stores, signal }: ReplayOptions): Promise<Replay> {
  const tools = { stores, signal };
  // A generation run reads its input once.
  const source = pipe.sink === undefined ? pipe.source : { ...pipe.source, epochs: 1 };
  const { extent, record } = await findRecord(source, await source.plan(tools), address, tools);
  const end = pipe.stages.findIndex(({ options }) => options?.arity === 'sink' || options?.arity === 'batch');
  const draws = new DrawLog();
  const stages = pipe.stages.slice(0, end === -1 ? undefined : end).map((placed) => draws.watch(placed));
  const watched = [passing(source.name), ...stages].map((placed, index) => watch(placed, index === 0 ? 'source' : placed.options?.arity, address));
  const stream = openLane(ofOneRecord(pipe, record, watched.map(({ placed }) => placed)), {
    seed,
    // No lane of the run: a stage that writes something for one lane, as `preview` does, writes nothing now.
    info: { index: -1, lanes, extent: pipe.sink === undefined ? undefined : extent },
    itinerary: () => undefined,
    gauge: new Gauge(Number.POSITIVE_INFINITY).lane(0),
    meter: new Meter(),
    stores,
    signal,
  });
  await lastValueFrom(stream, { defaultValue: undefined });
  const replays = watched.map(({ seen }) => ({ ...seen, draws: draws.ofStage(seen.stage) }));
  checkChild(replays.at(-1)?.out ?? [], record.origin, address);
  return { key: record.key, origin: record.origin, endByte: record.endByte, stages: replays, notRun: end === -1 ? undefined : pipe.stages[end]?.name, perStep: splitAtBatch(pipe).ofSteps.map(({ name }) => name) };
}

function ofOneRecord({ source }: Pipeline, record: FoundRecord['record'], stages: readonly PlacedStage[]): Pipeline {
  return {
    source: {
      ...source,
      async *read() {
        yield record;
      },
    },
    stages,
    sink: undefined,
  };
}

/** A stage that does nothing: the source's place among those that are watched. */
function passing(name: string): PlacedStage {
  return { name, options: undefined, connect: () => map((element) => element) };
}

/** The stage with what comes and goes written down, and of children only those that are asked for. */
function watch({ name, options, connect }: PlacedStage, arity: StageReplay['arity'], address: OriginAddress): { readonly placed: PlacedStage; readonly seen: Omit<StageReplay, 'draws'> } {
  const [came, left, dropped]: [Sample[], Sample[], Drop[]] = [[], [], []];
  const note = (samples: Sample[]): OperatorFunction<Element, Element> => tap((element) => void (isTombstone(element) || samples.push(element)));
  const noteDrops = tap((element: Element) => {
    if (isTombstone(element)) dropped.push(...element.dropped.filter((drop) => drop.stage === name && isAskedFor(drop.origin, address, name)));
  });
  const placed: PlacedStage = {
    name,
    options,
    connect: (context) => (source) =>
      connect(context)(source.pipe(note(came))).pipe(
        noteDrops,
        filter((element) => isTombstone(element) || isAskedFor(element.origin, address, name)),
        note(left),
      ),
  };
  return { placed, seen: { stage: name, arity, in: arity === 'source' ? [] : came, out: left, dropped } };
}

/** Is this the sample that is asked for, one that it comes out of, or one that comes out of it? @throws UsageError when it shows that there is none */
function isAskedFor(origin: Origin, address: OriginAddress, stage: string): boolean {
  const depth = address.children.findIndex((child, at) => origin.path[at] !== undefined && origin.path[at].index !== child);
  if (depth === -1) return true;
  const { of } = origin.path[depth] as ChildPlace;
  if ((address.children[depth] as number) < of) return false;
  const parent = originLabel({ ...origin, path: origin.path.slice(0, depth) });
  throw new UsageError(`there is no ${childLabel(origin, address)}: ${stage} makes ${of === 1 ? 'one child, _0,' : `${of} children, _0 to _${of - 1},`} of ${parent}`);
}

/** @throws UsageError when fewer stages expand than the address has children */
function checkChild(delivered: readonly Sample[], record: Origin, address: OriginAddress): void {
  const shallow = delivered.find(({ origin }) => origin.path.length < address.children.length);
  if (shallow === undefined) return;
  throw new UsageError(`there is no ${childLabel(record, address)}: no stage of this recipe makes ${address.children.length === 1 ? '' : 'so many '}children of ${originLabel(shallow.origin)}`);
}

function childLabel(record: Origin, { children }: OriginAddress): string {
  return originLabel({ ...record, path: children.map((index) => ({ index, of: Number.POSITIVE_INFINITY })) });
}

/** The sample that an output was made of: itself, or the one that it is a child of. */
export function madeOf(output: Sample, inputs: readonly Sample[]): Sample | undefined {
  const contains = ({ origin }: Sample): boolean => origin.path.every(({ index }, at) => output.origin.path[at]?.index === index);
  return inputs.filter(contains).toSorted((a, b) => b.origin.path.length - a.origin.path.length)[0];
}
