import { generate, planGeneration, type GenerateOptions, type GenerationResult } from '../../engine/generate.js';
import { keep } from '../../engine/keep.js';
import { laneRunner } from '../../engine/laneRunner.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import type { Sample } from '../../engine/sample.js';
import { stage, type Stage } from '../../engine/stage.js';
import { bytes, utf8, type Encoded } from '../../formats/fields.js';
import { writeTar } from '../../sinks/writeTar.js';
import { readTar } from '../../sources/readTar.js';
import { memoryStore } from '../../storage/memoryStore.js';
import type { ObjectStore } from '../../storage/objectStore.js';
import { putObject, shardBytes, type ShardOptions } from './shards.js';

export type PairSample = Sample & { readonly image: Encoded; readonly text: string };
export type PairStage = Stage<PairSample, PairSample>;

export const OUT = 'memory://out/';
const fields = { image: bytes('jpg'), text: utf8('txt') };

/** Does nothing. */
export const pass: PairStage = stage<PairSample, PairSample>({ name: 'work', arity: 'one', connect: () => (source) => source });

/** The copy recipe over memory stores, with one stage of the test's between. */
export function copyPipeline({ work = pass, out = OUT, maxShardBytes }: { work?: PairStage; out?: string; maxShardBytes?: number } = {}): Pipeline {
  return pipeline(
    readTar('memory://in/*.tar', { fields }),
    keep<PairSample>('has caption', (sample) => sample.text.length > 0),
    work,
    writeTar(out, { fields, ...(maxShardBytes === undefined ? {} : { maxShardBytes }) }),
  );
}

/** A store with `memory://in/00000.tar` and so on: one shard for each count of records. */
export async function inputStore(records: readonly number[], options: ShardOptions = {}): Promise<ObjectStore> {
  const store = memoryStore();
  for (const [shard, count] of records.entries()) await putObject(store, `memory://in/${String(shard).padStart(5, '0')}.tar`, shardBytes(shard, count, options));
  return store;
}

export interface RunOptions extends Partial<GenerateOptions> {
  readonly input: ObjectStore;
  readonly output: ObjectStore;
  readonly concurrency?: number;
  readonly onBadSample?: 'skip' | 'stop';
  readonly onAttempt?: (lane: number) => void;
}

/** A whole generation run in this process: plan, lanes, tidy. */
export async function runGeneration(pipe: Pipeline, { input, output, concurrency = 1, onBadSample = 'skip', onAttempt, ...rest }: RunOptions): Promise<GenerationResult> {
  const stores = (url: string): ObjectStore => (url.startsWith('memory://in/') ? input : output);
  const options = { seed: 0, stores, signal: new AbortController().signal, backoffMs: () => 0, ...rest };
  const plan = await planGeneration(pipe, options);
  const runners = Array.from({ length: concurrency }, () => laneRunner(pipe, { seed: 0, stores, maxInFlightBytes: 2 ** 30, onBadSample }));
  const executor = {
    concurrency,
    run: async (extent: Parameters<(typeof runners)[0]['run']>[0], signal: AbortSignal) => {
      onAttempt?.(extent.index);
      const runner = runners.pop() as (typeof runners)[0];
      try {
        return await runner.run(extent, signal);
      } finally {
        runners.push(runner);
      }
    },
  };
  return generate(pipe, plan, executor, options);
}
