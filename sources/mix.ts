import { UsageError } from '../engine/errors.js';
import type { Json } from '../engine/json.js';
import { readLane, type LaneRecord, type ReadLaneOptions } from '../engine/read.js';
import type { Sample } from '../engine/sample.js';
import type { Extent, Source } from '../engine/source.js';

/** Shares nearer than this are level, so that rounding decides nothing. */
const LEVEL = 1e-6;

/** When a mixture ends. */
export type StopRule =
  /** With the first input that is due and has nothing left. */
  | 'first'
  /** When every input has ended: each sample once an epoch; an input that has ended leaves the others their proportions. */
  | 'all'
  /** Never: every input is repeated without end. */
  | 'forever';

export interface MixInput<S extends Sample> {
  readonly source: Source<S>;
  /** Share of the records, relative to the other weights. */
  readonly weight: number;
}

export interface MixOptions {
  /** @default 'first' */
  readonly stop?: StopRule;
  /** @default 'mix' */
  readonly name?: string;
}

/**
 * Interleave sources in exact proportions: of any n consecutive records of a lane, and of the n-th records of any consecutive lanes, each
 * input gives its share to within one record with two inputs, two with more. There is one row of turns, in which the input furthest behind its
 * share is due, and of those level the first; lane l takes the row from place l on, so that the lanes of a step do not all ask one input. So which
 * input gives record n is a function of the lane and n. Each input is dealt to the lanes by itself, so all have extents for every lane; origins
 * name it by its path, `mix/0/readTar`.
 *
 * Weights count records as they are read, before any filter.
 *
 * @throws UsageError for a weight that is not positive, or fewer than two inputs
 */
export function mix<S extends Sample>(inputs: readonly MixInput<S>[], { stop = 'first', name = 'mix' }: MixOptions = {}): Source<S> {
  if (inputs.length < 2) throw new UsageError(`${name}: a mixture has at least two inputs, got ${inputs.length}`);
  for (const [index, { weight }] of inputs.entries()) {
    if (!(weight > 0 && Number.isFinite(weight))) throw new UsageError(`${name}: the weight of input ${index} must be a positive number, got ${weight}`);
  }
  if (!['first', 'all', 'forever'].includes(stop)) throw new UsageError(`${name}: \`stop\` must be first, all or forever, got ${String(stop)}`);
  const epochs = (index: number): number => (stop === 'forever' ? Number.POSITIVE_INFINITY : (inputs[index]?.source.epochs ?? 1));

  return {
    name,
    version: 1,
    options: {
      stop,
      inputs: inputs.map(({ source, weight }, index) => ({ weight, source: source.name, version: source.version, options: source.options, epochs: String(epochs(index)) })),
    },
    inputs: inputs.map(({ source }) => (stop === 'forever' ? endless(source) : source)),
    endsWithFirst: stop === 'first',
    async plan(tools) {
      const plans = await Promise.all(inputs.map(({ source }) => source.plan(tools)));
      return plans.flatMap((extents, input) => extents.map((extent): Extent => ({ ...extent, input: [input, ...(extent.input ?? [])] }))).map((extent, index) => ({ ...extent, index }));
    },
    open() {
      throw new UsageError(`${name}: a mixture has no extents of its own; in a generation run, run its inputs one by one`);
    },
    read: (options) => readMix(inputs as readonly MixInput<Sample>[], stop, options),
  };
}

/** The same source without end, and of a mixture each of its inputs. */
function endless(source: Source<Sample>): Source<Sample> {
  return { ...source, epochs: Number.POSITIVE_INFINITY, ...(source.inputs === undefined ? {} : { inputs: source.inputs.map(endless) }) };
}

/** A mixture's position: turns that each input had in the row of turns, their positions, and which inputs have ended. */
type MixPosition = readonly [counts: readonly number[], positions: readonly Json[], ended: readonly number[]];

async function* readMix(inputs: readonly MixInput<Sample>[], stop: StopRule, { schedule, from, tools, path = 'mix' }: ReadLaneOptions): AsyncGenerator<LaneRecord, void, undefined> {
  if (typeof schedule === 'function' || schedule.inputs.length !== inputs.length) throw new TypeError(`${path}: a schedule for each of ${inputs.length} inputs was expected`);
  const [savedCounts, savedPositions, savedEnded] = from === null ? start(inputs, schedule.lane) : checkPosition(from, inputs.length, path);
  const counts = [...savedCounts];
  const positions = [...savedPositions];
  const ended = new Set<number>(savedEnded);
  const readers = inputs.map(({ source }, index) =>
    readLane(source, { schedule: schedule.inputs[index] as NonNullable<(typeof schedule.inputs)[number]>, from: positions[index] as Json, tools, path: `${path}/${index}/${source.name}` }),
  );
  try {
    while (ended.size < inputs.length) {
      const due = dueInput(inputs, counts, ended);
      const result = await (readers[due] as AsyncGenerator<LaneRecord>).next();
      if (result.done === true) {
        if (stop !== 'all') return;
        ended.add(due);
        continue;
      }
      counts[due] = (counts[due] as number) + 1;
      positions[due] = result.value.position;
      yield { ...result.value, position: [[...counts], [...positions], [...ended]] };
    }
  } finally {
    for (const reader of readers) await reader.return();
  }
}

/** A lane begins at its own place of the row of turns. */
function start(inputs: readonly MixInput<Sample>[], lane: number): MixPosition {
  const counts = inputs.map(() => 0);
  for (let place = 0; place < lane; place += 1) counts[dueInput(inputs, counts, new Set())]! += 1;
  return [counts, inputs.map(() => null), []];
}

function checkPosition(from: Json, inputs: number, path: string): MixPosition {
  const [counts, positions, ended] = Array.isArray(from) ? (from as readonly Json[]) : [];
  const listOf = (list: Json | undefined, below: number): boolean => Array.isArray(list) && list.every((entry) => Number.isSafeInteger(entry) && entry >= 0 && entry < below);
  const whole = listOf(counts, Number.POSITIVE_INFINITY) && (counts as readonly number[]).length === inputs && Array.isArray(positions) && positions.length === inputs && listOf(ended, inputs);
  if (!whole) throw new UsageError(`a damaged checkpoint: not a position of ${path} with ${inputs} inputs: ${JSON.stringify(from)}`);
  return from as unknown as MixPosition;
}

/** The input furthest behind its share of the turns so far; of those level, the first. */
function dueInput(inputs: readonly MixInput<Sample>[], counts: readonly number[], ended: ReadonlySet<number>): number {
  let weights = 0;
  let given = 0;
  for (const [index, { weight }] of inputs.entries()) {
    if (ended.has(index)) continue;
    weights += weight;
    given += counts[index] as number;
  }
  let due = -1;
  let furthest = Number.NEGATIVE_INFINITY;
  for (const [index, { weight }] of inputs.entries()) {
    if (ended.has(index)) continue;
    const behind = (weight / weights) * (given + 1) - (counts[index] as number);
    if (behind > furthest + LEVEL) {
      furthest = behind;
      due = index;
    }
  }
  return due;
}
