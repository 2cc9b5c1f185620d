import { exitCodes, UsageError } from '../engine/errors.js';
import { describePipeline, splitAtBatch } from '../engine/pipeline.js';
import { pipelineFloor } from '../engine/lockstep.js';
import type { Pipeline } from '../engine/pipeline.js';
import type { Sample } from '../engine/sample.js';
import { samplesBefore } from '../engine/samplesBefore.js';
import type { StreamOptions } from '../engine/stream.js';
import type { Source } from '../engine/source.js';
import { StoreError } from '../storage/objectStore.js';
import { openStores } from '../storage/openStores.js';
import { addGenerationOptions, generationSettings } from './generation.js';
import { bytesText, type Command } from './io.js';
import { parser, parseRecipeArgs } from './options.js';
import { DEFAULT_LANES, wholeNumber } from './streamRun.js';

export const explain: Command = {
  name: 'explain',
  summary: 'print the stages of a recipe, the bytes that each may hold, and what a resume would read and compute again',
  async run(args, io) {
    const command = addGenerationOptions(parser('explain', explain.summary, [
      "millrace explain pipelines/owl-st.ts --in 'shards/*.tar' --out out/owl-st",
      "millrace explain pipelines/navit-siglip.ts --in 'shards/*.tar' --sample 500",
    ], io)).option('--sample <INTEGER>', 'run a streaming recipe over so many samples up to each stage that can tell from them what to expect, such as padding; reads the input');
    const { loaded, options, build } = await parseRecipeArgs(command, args);
    const settings = generationSettings(options);
    const sample = options.sample === undefined ? undefined : wholeNumber('--sample', options.sample, 1);
    const pipe = build();
    const lines = describePipeline(pipe);
    const streaming = pipe.sink === undefined && splitAtBatch(pipe).batch !== undefined;
    if (sample !== undefined && !streaming) throw new UsageError('--sample needs a streaming recipe, one that ends in batch({ size })');
    const lanes = streaming ? (loaded.recipe.options.lanes ?? DEFAULT_LANES) : 1;
    const floor = pipelineFloor(pipe, lanes);
    io.out(lines.map((line, index) => `${String(index).padStart(2)}  ${line}`).join('\n'));
    io.out('');
    for (const placed of pipe.stages) {
      const held = placed.options?.floorBytes?.(lanes) ?? 0;
      const replay = placed.options?.replayElements?.(lanes) ?? 0;
      if (held > 0 || replay > 1) io.out(`${placed.name}: may hold ${bytesText(held)} in a lane before it can move on; a resume inside it makes up to ${replay} samples again`);
    }
    if (streaming) {
      for (const line of streamLines(pipe, lanes, settings.maxInFlightBytes)) io.out(line);
      if (sample !== undefined) for (const line of await expectations(pipe, sample, { seed: settings.seed, lanes, stores: openStores().stores, signal: io.signal, maxInFlightBytes: Math.max(settings.maxInFlightBytes, SAMPLE_BUDGET) })) io.out(line);
      return exitCodes.complete;
    }
    const share = Math.floor(settings.maxInFlightBytes / settings.workers);
    io.out(`floor: ${bytesText(floor.perLane)} in each of ${settings.workers} lane process(es); budget: ${bytesText(share)} each`);
    io.out('generation run: a lane is one shard; after a stop or a kill, marked shards are kept and a shard in the middle is made anew');
    return exitCodes.complete;
  },
};

/** What the commands that run a streaming recipe have, where nothing is said. */
const SAMPLE_BUDGET = 2 * 2 ** 30;

/** What stages expect of a run, from the samples that come to them; nothing is kept. */
async function expectations(pipe: Pipeline, count: number, options: StreamOptions): Promise<string[]> {
  const lines: string[] = [];
  try {
    for (const [at, { name, options: stage }] of pipe.stages.entries()) {
      if (stage?.predict === undefined) continue;
      const samples = await samplesBefore(pipe, at, count, options);
      lines.push(...(samples.length === 0 ? ['no sample comes to it'] : stage.predict(samples)).map((line) => `${name}: ${line}`));
    }
  } catch (error) {
    if (error instanceof StoreError && error.code !== 'transient') throw new UsageError(error.message, { cause: error });
    throw error;
  } finally {
    for (const placed of pipe.stages) await placed.options?.close?.();
  }
  return lines.length > 0 ? lines : ['no stage of this recipe tells anything from samples'];
}

/** Bytes of JSON that a position of one extent takes: turn, record, byte of a large shard. */
const POSITION_BYTES = 20;
/** And an open window, beside its stage's name: skip and hash. */
const WINDOW_BYTES = 24;
/** A checkpoint without cursors and stages: step, seed, lanes, lineage, and the digests of inputs, recipe and fingerprint. */
const HEAD_BYTES = 600;
/** The fingerprint's line of a stage: its name and 120 characters of its options at most. */
const LINE_BYTES = 120;
const LINE_NAME_BYTES = 40;

function streamLines(pipe: Pipeline, lanes: number, budget: number): string[] {
  const floor = pipelineFloor(pipe, lanes).perLane;
  const windows = pipe.stages.filter(({ options }) => (options?.replayElements?.(lanes) ?? 0) > 1);
  const again = windows.reduce((sum, { options }) => sum + (options?.replayElements?.(lanes) ?? 0), 0);
  const cursor = positionBytes(pipe.source) + windows.reduce((sum, { name }) => sum + name.length + WINDOW_BYTES, 0);
  const stages = describePipeline(pipe).reduce((sum, line) => sum + Math.min(line.length, LINE_BYTES) + LINE_NAME_BYTES, 0);
  return [
    `floor: ${bytesText(floor)} in each of ${lanes} lanes, ${bytesText(floor * lanes)} in all on one rank; budget: ${bytesText(budget)} a rank`,
    `streaming run: a resume makes up to ${again} samples of each lane again, ${again * lanes} in all, before its first batch; of shards with an index (millrace index) it reads these and no others, of the rest everything before them in their shard`,
    `a checkpoint has at most about ${HEAD_BYTES + stages + lanes * cursor} bytes`,
  ];
}

function positionBytes(source: Source<Sample>): number {
  if (source.inputs !== undefined) return source.inputs.reduce((sum, input) => sum + positionBytes(input) + 12, 8);
  return (source.interleave ?? 1) * POSITION_BYTES + 6;
}
