import type { Command as Parser } from 'commander';
import { UsageError } from '../engine/errors.js';
import type { Checkpoint } from '../engine/checkpoint.js';
import type { Pipeline } from '../engine/pipeline.js';
import { Meter } from '../engine/meter.js';
import { integer } from '../engine/recipe.js';
import { openStream, type Stream } from '../engine/stream.js';
import { StoreError } from '../storage/objectStore.js';
import { availableParallelism } from 'node:os';
import { openStores } from '../storage/openStores.js';
import type { StoreMeter } from '../storage/remote/storeMeter.js';
import { loadCheckpoint } from './checkpointFiles.js';
import { parseBytes } from './generation.js';
import type { Io } from './io.js';
import { parseRecipeArgs } from './options.js';

/** Of a recipe that does not say. */
export const DEFAULT_LANES = 16;

/** A whole number from an option's text. @throws UsageError that names the option */
export function wholeNumber(name: string, text: unknown, min: number, max?: number): number {
  return integer(undefined, { min, ...(max === undefined ? {} : { max }) }).parse(String(text), name);
}

/** What a streaming run may hold where nothing is said. */
export const DEFAULT_STREAM_BYTES = '2G';

/** The options of every command that runs a streaming recipe. */
export function withStreamOptions(command: Parser): Parser {
  return withStreamRunOptions(command)
    .option('--from <PATH>', 'go on from a checkpoint: a folder (its latest whole step), FOLDER/step-N or a file; made on any world size');
}

/** The same, for one that has its own way to go on. */
export function withStreamRunOptions(command: Parser): Parser {
  return command
    .option('--seed <INTEGER>', 'seed of all randomness', '0')
    .option('--max-in-flight-bytes <BYTES>', 'what the run may hold in memory; suffixes K, M, G', DEFAULT_STREAM_BYTES)
    .option('--workers <INTEGER|auto>', 'threads for kernels, such as resizing; the samples do not depend on it; 0 is none, auto what the cores leave to each local rank', 'auto')
    .option('--hang-after <SECONDS>', 'say what the run waits for when no step was finished for so long; SIGQUIT asks at any time');
}

export interface StreamRun {
  readonly stream: Stream;
  /** What its remote stores do. */
  readonly storage: StoreMeter;
  readonly pipe: Pipeline;
  /** The checkpoint of `--from`. */
  readonly from: Checkpoint | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  /** What the stages count. */
  readonly stageMeter: Meter;
  /** The same run over another pipeline of the same stages, such as one that records. */
  again(pipe: Pipeline): Promise<Stream>;
  /** Frees what the stages hold, such as a teacher. */
  close(): Promise<void>;
}

/** Seconds of an option, above 0; undefined where it is not given. @throws UsageError that names the option */
export function secondsOf(name: string, text: unknown): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0 && value <= 1e6)) throw new UsageError(`${name} must be a number of seconds above 0, got ${JSON.stringify(text)}`);
  return value;
}

/**
 * The streaming run that a command line asks for, planned and not begun.
 *
 * @param worldOf this process's place among the ranks, from the parsed options; throws before anything is opened
 * @throws UsageError for wrong options, a recipe that does not stream, or input that is not there
 */
export async function openStreamRun(
  command: Parser,
  args: readonly string[],
  io: Io,
  worldOf: (options: Readonly<Record<string, unknown>>) => { readonly rank: number; readonly ranks: number },
): Promise<StreamRun> {
  const { loaded, options, build } = await parseRecipeArgs(command, args);
  const world = worldOf(options);
  const workers = workersOf(options.workers);
  const pipe = build();
  const stageMeter = new Meter();
  try {
    const { stores, meter: storage } = openStores();
    const settings = {
      ...world,
      seed: wholeNumber('--seed', options.seed, 0, 2 ** 32 - 1),
      lanes: loaded.recipe.options.lanes ?? DEFAULT_LANES,
      stores,
      signal: io.signal,
      maxInFlightBytes: parseBytes(options.maxInFlightBytes as string, '--max-in-flight-bytes'),
      recipe: loaded.digest,
      workers,
      meter: stageMeter,
    };
    const stream = await openStream(pipe, settings);
    const from = options.from === undefined ? undefined : await loadCheckpoint(options.from as string);
    return {
      stream, pipe, from, options, stageMeter, storage,
      again: (other) => openStream(other, settings),
      async close() {
        for (const placed of pipe.stages) await placed.options?.close?.();
      },
    };
  } catch (error) {
    if (error instanceof StoreError && error.code !== 'transient') throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/**
 * Threads for kernels of this process. `auto`: the cores shared by the ranks of this machine (`LOCAL_WORLD_SIZE`, where a launcher sets it), less one for
 * the process itself and one for decoding: on two cores copying pictures to a thread costs more than the thread gives (bench/README.md).
 *
 * @throws UsageError for what is no number, and for a `LOCAL_RANK` that cannot be
 */
function workersOf(text: unknown): number {
  const local = wholeNumber('LOCAL_WORLD_SIZE', process.env.LOCAL_WORLD_SIZE ?? '1', 1);
  wholeNumber('LOCAL_RANK', process.env.LOCAL_RANK ?? '0', 0, local - 1);
  if (text === 'auto') return Math.max(0, Math.floor(availableParallelism() / local) - 2);
  return wholeNumber('--workers', text, 0);
}
