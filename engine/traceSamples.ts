import { tap } from 'rxjs';
import { dealSource, onlyExtent } from './deal.js';
import { UsageError } from './errors.js';
import type { Pipeline, PlacedStage } from './pipeline.js';
import { readLane, type LaneRecord } from './read.js';
import { isTombstone, type Drop, type Element, type Origin, type Sample } from './sample.js';
import type { Extent, SourceTools } from './source.js';
import type { Arity } from './stage.js';
import { openStream } from './stream.js';

export interface TraceOptions extends SourceTools {
  readonly seed: number;
  /** Of a streaming run. */
  readonly lanes: number;
  /** Records to read. */
  readonly records: number;
}

/** What came out of one stage. */
export interface StageTrace {
  readonly stage: string;
  /** undefined: an ordinary RxJS operator, guarded. */
  readonly arity: Arity | 'source' | 'step' | undefined;
  /** In the order in which they left it. */
  readonly out: readonly Sample[];
  /** By this stage. */
  readonly dropped: readonly Drop[];
}

export interface Trace {
  /** The records, in the order in which they were read. */
  readonly records: readonly { readonly key: string; readonly origin: Origin }[];
  /** The source first. Stages after `batch` stand together in the last one. */
  readonly stages: readonly StageTrace[];
  /** The sink at the end, which is not run. */
  readonly notRun: string | undefined;
}

/** More than can come of the records: one step takes them all. */
const ONE_STEP = 2 ** 40;

/**
 * Run the first records of a recipe through its stages and write down what comes out of each. They are those that the run reads first: of a streaming recipe one
 * of each lane in turn, of a generation run those of its first shards. They go through the stages in one lane, with the windows of the run, so a window holds these
 * records and no others and draws as if they were its first; stages that draw for a sample draw as in the run. Stages after `batch` get all that is left as step 0.
 * A sink is not run, and nothing is written.
 *
 * @throws UsageError where the input has no record
 */
export async function traceSamples(pipe: Pipeline, { seed, lanes, records: count, stores, signal }: TraceOptions): Promise<Trace> {
  const tools = { stores, signal };
  const end = pipe.stages.findIndex(({ options }) => options?.arity === 'sink' || options?.arity === 'batch');
  const batch = pipe.stages.find(({ options }) => options?.arity === 'batch');
  const extents = await pipe.source.plan(batch === undefined ? tools : { ...tools, lanes });
  const records = await firstRecords(pipe, extents, { count, seed, tools, ...(batch === undefined ? {} : { lanes }) });
  if (records.length === 0) throw new UsageError('there are no samples to show: the input has no record');

  const before = pipe.stages.slice(0, end === -1 ? undefined : end).map((placed) => watch(placed, placed.options?.arity, batch === undefined ? 1 : lanes));
  const source = watch({ name: pipe.source.name, options: undefined, connect: () => tap() }, 'source', lanes);
  const after = pipe.stages.slice(end + 1).filter(({ options }) => end !== -1 && options?.arity !== 'sink');
  const stages = [source, ...before].map(({ placed }) => placed);
  const stream = await openStream(ofRecords(pipe, records, extents, [...stages, oneStep(batch), ...after]), { seed, lanes: 1, stores, signal, maxInFlightBytes: Number.MAX_SAFE_INTEGER });
  const left: Sample[] = [];
  for await (const { contributions } of stream.steps()) left.push(...contributions.flatMap(({ samples }) => samples));
  const steps: StageTrace[] = after.length === 0 ? [] : [{ stage: after.map(({ name }) => name).join(', '), arity: 'step', out: left, dropped: [] }];
  return {
    records: records.map(({ key, origin }) => ({ key, origin })),
    stages: [...[source, ...before].map(({ trace }) => trace), ...steps],
    notRun: pipe.stages.find(({ options }) => options?.arity === 'sink')?.name,
  };
}

interface FirstRecords {
  readonly count: number;
  readonly seed: number;
  /** Of a streaming run. */
  readonly lanes?: number;
  readonly tools: SourceTools;
}

/** The first records of the lanes: of a streaming run one of each in turn, of a generation run one lane after the other. */
async function firstRecords({ source }: Pipeline, extents: readonly Extent[], { count, seed, lanes, tools }: FirstRecords): Promise<LaneRecord[]> {
  const lane = lanes === undefined ? undefined : dealSource(source, extents, { lanes, seed });
  const open = lane === undefined
    ? extents.map((extent) => () => readLane({ ...source, epochs: 1 }, { schedule: onlyExtent(extent), from: null, tools }))
    : Array.from({ length: lanes as number }, (_, index) => () => readLane(source, { schedule: lane(index), from: null, tools }));
  const readers: (ReturnType<typeof readLane> | undefined)[] = [];
  const found: LaneRecord[] = [];
  try {
    for (let turn = 0, over = 0; found.length < count && over < open.length; ) {
      const reader = (readers[turn] ??= (open[turn] as () => ReturnType<typeof readLane>)());
      const result = await reader.next();
      if (result.done === true) over += 1;
      else {
        over = 0;
        found.push(result.value);
      }
      if (lane !== undefined || result.done === true) turn = (turn + 1) % open.length;
    }
  } finally {
    for (const reader of readers) await reader?.return();
  }
  return found;
}

function ofRecords({ source }: Pipeline, records: readonly LaneRecord[], extents: readonly Extent[], stages: readonly PlacedStage[]): Pipeline {
  const { inputs: _inputs, ...rest } = source;
  return {
    source: {
      ...rest,
      epochs: 1,
      plan: async () => extents.slice(0, 1),
      async *read() {
        yield* records;
      },
    },
    stages,
    sink: undefined,
  };
}

/** The recipe's `batch`, or one where it has none, that takes everything as one step. */
function oneStep(batch: PlacedStage | undefined): PlacedStage {
  const connect: PlacedStage['connect'] = () => (stream) => stream;
  const options = batch?.options ?? { name: 'oneStep', arity: 'batch', connect };
  return { name: batch?.name ?? options.name, options: { ...options, batchSize: ONE_STEP }, connect };
}

function watch({ name, options, connect }: PlacedStage, arity: StageTrace['arity'], lanes: number): { readonly placed: PlacedStage; readonly trace: StageTrace } {
  const [out, dropped]: [Sample[], Drop[]] = [[], []];
  const note = tap((element: Element) => {
    if (isTombstone(element)) dropped.push(...element.dropped.filter((drop) => drop.stage === name));
    else out.push(element);
  });
  const placed: PlacedStage = {
    name,
    options,
    // No lane of the run: a stage that writes something for one lane, as `preview` does, writes nothing now.
    connect: (context) => (source) => connect({ ...context, lane: { index: -1, lanes, extent: undefined } })(source).pipe(note),
  };
  return { placed, trace: { stage: name, arity, out, dropped } };
}
