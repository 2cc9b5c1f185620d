import { exitCodes, UsageError } from '../engine/errors.js';
import { originLabel } from '../engine/sample.js';
import { integer } from '../engine/recipe.js';
import { openStream } from '../engine/stream.js';
import { createStores } from '../storage/stores.js';
import { StoreError } from '../storage/objectStore.js';
import { loadCheckpoint, saveCheckpoint } from './checkpointFiles.js';
import { parseBytes } from './generation.js';
import type { Command } from './io.js';
import { parser, parseRecipeArgs } from './options.js';

const DEFAULT_LANES = 16;

export const order: Command = {
  name: 'order',
  summary: 'print which samples each step of a streaming recipe takes, on any rank of any world size',
  async run(args, io) {
    const command = parser('order', order.summary, [
      "millrace order pipelines/siglip.ts --in 'shards/*.tar' --steps 10",
      "millrace order pipelines/siglip.ts --in 'shards/*.tar' --world-size 4 --rank 2 --steps 100 --checkpoint out/checkpoints --json",
      "millrace order pipelines/siglip.ts --in 'shards/*.tar' --from out/checkpoints --steps 10",
    ], io)
      .option('--steps <INTEGER>', 'steps to print; without it, to the end of the stream')
      .option('--world-size <INTEGER>', 'number of ranks; WORLD_SIZE where a launcher sets it, else 1')
      .option('--rank <INTEGER>', 'this rank; RANK where a launcher sets it, else 0')
      .option('--seed <INTEGER>', 'seed of all randomness', '0')
      .option('--max-in-flight-bytes <BYTES>', 'what the run may hold in memory; suffixes K, M, G', '2G')
      .option('--from <PATH>', 'go on from a checkpoint: a folder (its latest whole step) or a file; made on any world size')
      .option('--checkpoint <FOLDER>', 'save a checkpoint there after the last step, one part a rank')
      .option('--checkpoint-every <INTEGER>', 'and after every so many steps')
      .option('--origins', 'print shard and record beside each key')
      .option('--json', 'one JSON object a step: {"step": n, "keys": [...]}');
    const { loaded, options, build } = await parseRecipeArgs(command, args);
    const whole = (name: string, text: unknown, min: number, max?: number): number => integer(undefined, { min, ...(max === undefined ? {} : { max }) }).parse(String(text), name);
    const ranks = whole('--world-size', options.worldSize ?? process.env.WORLD_SIZE ?? '1', 1);
    const rank = whole('--rank', options.rank ?? process.env.RANK ?? '0', 0, ranks - 1);
    const steps = options.steps === undefined ? Number.POSITIVE_INFINITY : whole('--steps', options.steps, 1);
    const every = options.checkpointEvery === undefined ? undefined : whole('--checkpoint-every', options.checkpointEvery, 1);
    const folder = options.checkpoint as string | undefined;
    if (every !== undefined && folder === undefined) throw new UsageError('--checkpoint-every needs --checkpoint FOLDER');
    const lanes = loaded.recipe.options.lanes ?? DEFAULT_LANES;
    const pipe = build();
    let stream;
    try {
      stream = await openStream(pipe, {
        seed: whole('--seed', options.seed, 0, 2 ** 32 - 1),
        lanes, rank, ranks,
        stores: createStores(),
        signal: io.signal,
        maxInFlightBytes: parseBytes(options.maxInFlightBytes as string, '--max-in-flight-bytes'),
        recipe: loaded.digest,
      });
    } catch (error) {
      if (error instanceof StoreError && error.code !== 'transient') throw new UsageError(error.message, { cause: error });
      throw error;
    }
    const from = options.from === undefined ? undefined : await loadCheckpoint(options.from as string);
    let printed = 0;
    for await (const { step, contributions } of stream.steps(from)) {
      const samples = contributions.flatMap((entry) => [...entry.samples]);
      const keys = samples.map(({ key }) => key);
      const origins = options.origins === true ? { origins: samples.map(({ origin }) => `${originLabel(origin)}@${origin.pass}`) } : {};
      if (options.json === true) io.out(JSON.stringify({ step, keys, ...origins }));
      else io.out(`step ${step}: ${options.origins === true ? samples.map(({ key, origin }) => `${key} (${originLabel(origin)}, epoch ${origin.pass})`).join(', ') : keys.join(' ')}`);
      printed += 1;
      if (every !== undefined && folder !== undefined && (step + 1) % every === 0) await saveCheckpoint(folder, stream.checkpoint());
      if (printed >= steps) break;
    }
    if (folder !== undefined) io.err(`checkpoint: ${await saveCheckpoint(folder, stream.checkpoint())}`);
    for (const placed of pipe.stages) await placed.options?.close?.();
    return exitCodes.complete;
  },
};
