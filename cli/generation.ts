import { availableParallelism } from 'node:os';
import type { Command as Parser } from 'commander';
import { UsageError } from '../engine/errors.js';
import { planGeneration, type BadSampleBudget, type Part } from '../engine/generate.js';
import type { BadSamplePolicy } from '../engine/laneRunner.js';
import type { Pipeline } from '../engine/pipeline.js';
import type { GenerationPlan } from '../engine/sink.js';
import { StoreError } from '../storage/objectStore.js';
import type { Stores } from '../storage/stores.js';
import { integer } from '../engine/recipe.js';

/** The options that decide what a generation run does; `run`, `plan` and `explain` have them alike. */
export function addGenerationOptions(command: Parser): Parser {
  return command
    .option('--seed <INTEGER>', 'seed of all randomness', '0')
    .option('--limit <INTEGER>', 'only the first so many records of the input')
    .option('--part <i/n>', 'only the i-th of n parts of the shards, from 0 (Slurm arrays, Kubernetes indexed jobs)')
    .option('--max-in-flight-bytes <BYTES>', 'what the run may hold in memory, decoded; suffixes K, M, G', '1G')
    .option('--workers <INTEGER>', 'lane processes; 0: one a core', '1');
}

export interface GenerationSettings {
  readonly seed: number;
  readonly limit: number | undefined;
  readonly part: Part | undefined;
  readonly maxInFlightBytes: number;
  readonly workers: number;
}

export function generationSettings(options: Readonly<Record<string, unknown>>): GenerationSettings {
  const limit = options.limit as string | undefined;
  const workers = integer(undefined, { min: 0, max: 1024 }).parse(options.workers as string, '--workers');
  return {
    seed: integer(undefined, { min: 0, max: 2 ** 32 - 1 }).parse(options.seed as string, '--seed'),
    limit: limit === undefined ? undefined : integer(undefined, { min: 1 }).parse(limit, '--limit'),
    part: parsePart(options.part as string | undefined),
    maxInFlightBytes: parseBytes(options.maxInFlightBytes as string, '--max-in-flight-bytes'),
    workers: workers === 0 ? availableParallelism() : workers,
  };
}

export function parsePart(text: string | undefined): Part | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || of < 1 || index >= of) throw new UsageError(`--part must be i/n with 0 <= i < n, such as 0/4, got ${JSON.stringify(text)}`);
  return { index, of };
}

export function parseBytes(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i.exec(text);
  const bytes = match === null ? Number.NaN : Number(match[1]) * 1024 ** ' KMGT'.indexOf((match[2] ?? '').toUpperCase() || ' ');
  if (!(bytes >= 1)) throw new UsageError(`${option} must be a number of bytes, such as 512M or 2G, got ${JSON.stringify(text)}`);
  return Math.floor(bytes);
}

export function parsePolicy(text: string): BadSamplePolicy {
  if (text !== 'skip' && text !== 'stop') throw new UsageError(`--on-bad-sample must be skip or stop, got ${JSON.stringify(text)}`);
  return text;
}

export function parseBudget(text: string | undefined): BadSampleBudget | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return { count: Number(text) };
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (match !== null && Number(match[1]) <= 100) return { rate: Number(match[1]) / 100 };
  throw new UsageError(`--bad-sample-budget must be a count or a share, such as 100 or 2%, got ${JSON.stringify(text)}`);
}

/** Plan, with a missing or unreadable input as what it is: a usage error. */
export async function planFor(pipe: Pipeline, settings: GenerationSettings, recipeDigest: string, stores: Stores, signal: AbortSignal): Promise<GenerationPlan> {
  try {
    return await planGeneration(pipe, {
      seed: settings.seed,
      stores,
      signal,
      recipe: recipeDigest,
      ...(settings.limit === undefined ? {} : { limit: settings.limit }),
    });
  } catch (error) {
    if (error instanceof StoreError && error.code !== 'transient') throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
