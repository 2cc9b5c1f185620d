import { recordBlocks } from '../engine/block.js';
import type { Checkpoint } from '../engine/checkpoint.js';
import { exitCodes, StoppedError, UsageError } from '../engine/errors.js';
import { openStream } from '../engine/stream.js';
import { waitingLines } from '../engine/waiting.js';
import { backendNames, openBackend, type BackendName } from '../models/train/backend.js';
import { openTrainer } from '../models/train/trainer.js';
import { evaluate } from '../sinks/evaluate.js';
import { trainPlanOf } from '../sinks/train.js';
import { trainStream } from '../sinks/trainStream.js';
import { openStores } from '../storage/openStores.js';
import { parseBytes } from './generation.js';
import { hangWatch } from './hangWatch.js';
import type { Command } from './io.js';
import { appendBlock } from './ledgerFiles.js';
import { parser } from './options.js';
import { openStreamRun, secondsOf, wholeNumber, withStreamRunOptions } from './streamRun.js';
import { loadTraining, saveTraining, trainingFingerprint, writeWeights } from './trainFiles.js';
import { trainProgress } from './trainProgress.js';

export const train: Command = {
  name: 'train',
  summary: 'train the model of a recipe, in this process, on a GPU or on the processor',
  async run(args, io) {
    const command = withStreamRunOptions(parser('train', train.summary, [
      'millrace train pipelines/shapes-siglip.ts --backend wasm --steps 50 --json',
      "millrace train recipe.ts --in 'shards/*.tar' --backend webgpu --steps 20000 --checkpoint out/run --checkpoint-every 500 --resume",
    ], io))
      .option('--backend <NAME>', `auto, or one of ${backendNames.join(', ')}; auto is a GPU where there is one, else wasm`, 'auto')
      .option('--steps <INTEGER>', 'train up to this step of the stream, whatever was trained before; without it, to the end of the stream')
      .option('--checkpoint <FOLDER>', 'save weights, optimizer and data position there, in one file, at the end and when the run is stopped')
      .option('--checkpoint-every <INTEGER>', 'and after every so many steps')
      .option('--keep <INTEGER>', 'checkpoints to keep', '2')
      .option('--resume', 'go on from the latest checkpoint of --checkpoint; where there is none, from the start')
      .option('--weights <FILE>', 'write the weights there at the end, as safetensors')
      .option('--ledger <FOLDER>', 'write what became of every record there, a block before each checkpoint; `millrace verify` proves it')
      .option('--prefetch <INTEGER>', 'batches that are made while the device works', '2')
      .option('--json', 'one JSON object a step: step, loss, stall (the share of its time that the device waited for data); a last one with totals');
    const stop = new AbortController();
    const { stream, pipe, options, stageMeter: meter, close } = await openStreamRun(command, args, { ...io, signal: AbortSignal.any([io.signal, stop.signal]) }, (given) => {
      // Before anything is opened.
      if (![...backendNames, 'auto'].includes(given.backend as string)) throw new UsageError(`--backend must be auto or one of ${backendNames.join(', ')}, got ${JSON.stringify(given.backend)}`);
      for (const option of ['resume', 'checkpointEvery', 'ledger']) {
        if (given[option] !== undefined && given.checkpoint === undefined) throw new UsageError(`--${option.replace('E', '-e')} needs --checkpoint FOLDER`);
      }
      return { rank: 0, ranks: 1 };
    });
    const plan = trainPlanOf(pipe);
    const number = (name: string, text: unknown): number | undefined => (text === undefined ? undefined : wholeNumber(name, text, 1));
    const steps = number('--steps', options.steps);
    const every = number('--checkpoint-every', options.checkpointEvery);
    const keep = wholeNumber('--keep', options.keep, 1);
    const prefetch = wholeNumber('--prefetch', options.prefetch, 1);
    const folder = options.checkpoint as string | undefined;
    const ledger = options.ledger as string | undefined;
    const seed = Number(options.seed);
    const training = trainingFingerprint(plan, seed);
    const saved = options.resume === true ? await loadTraining(folder as string, training) : undefined;

    const backend = await openBackend(options.backend as BackendName | 'auto');
    try {
      const trainer = openTrainer(backend, plan.model, plan.training, seed);
      if (saved !== undefined) trainer.load(saved.state);
      const progress = trainProgress(io, { json: options.json === true, backend, parameters: trainer.parameterCount, from: saved?.stream.step ?? 0, ...(steps === undefined ? {} : { steps }) });
      let trained: Checkpoint | undefined;
      const { stores } = openStores();
      const position = { ownLanes: stream.ownLanes, checkpoint: () => trained ?? saved?.stream ?? start };
      const start = stream.checkpoint();
      const blocks = ledger === undefined ? undefined : recordBlocks(position, saved?.stream);
      const save = async (at: Checkpoint): Promise<void> => {
        if (folder === undefined) return;
        const block = blocks?.cut();
        if (block !== undefined) await appendBlock(ledger as string, block, stores);
        progress.saved(await saveTraining(folder, { state: await trainer.save(), stream: at, training }, keep));
      };
      const due = (step: number, each: number | undefined): boolean => each !== undefined && (step + 1) % each === 0;
      const isSaved = (step: number): boolean => folder !== undefined && due(step, every);
      const isMeasured = (step: number): boolean => due(step, plan.evaluation?.every);
      const measure = async (step: number): Promise<void> => {
        if (plan.evaluation === undefined) return;
        const held = await openStream(plan.evaluation.data, { seed, lanes: 1, stores, signal: io.signal, maxInFlightBytes: parseBytes(options.maxInFlightBytes as string, '--max-in-flight-bytes') });
        progress.measured(step, await evaluate(held, trainer, plan.model));
      };
      const watch = hangWatch(io, () => {
        const waiting = stream.waiting();
        return waiting === undefined ? ['the stream is not read at this moment'] : waitingLines(waiting);
      }, secondsOf('--hang-after', options.hangAfter));
      let savedStep: number | undefined;
      try {
        const run = trainStream({
          stream, trainer, meter, prefetch, signal: io.signal, boundary: (step) => isSaved(step) || isMeasured(step), ended: () => stop.abort(new StoppedError('the training has ended')),
          ...(saved === undefined ? {} : { from: saved.stream }), ...(steps === undefined ? {} : { steps }),
        });
        for await (const receipt of run) {
          watch.moved();
          trained = receipt.checkpoint;
          blocks?.add(receipt.entry);
          progress.step(receipt);
          if (isSaved(receipt.step)) {
            await save(trained);
            savedStep = trained.step;
          }
          if (isMeasured(receipt.step)) await measure(receipt.step);
        }
      } catch (error) {
        // Stopped in order: what was trained is saved. After any other error the weights are not to be trusted.
        if (error instanceof StoppedError && trained !== undefined && savedStep !== trained.step) await save(trained);
        throw error;
      } finally {
        watch.end();
        progress.end();
      }
      if (trained !== undefined && savedStep !== trained.step) await save(trained);
      if (trained !== undefined && !isMeasured(trained.step - 1)) await measure(trained.step - 1);
      if (options.weights !== undefined) await writeWeights(options.weights as string, await trainer.save(), { model: plan.model.name });
      progress.totals();
      trainer.close();
    } finally {
      await backend.close();
      await close();
      for (const placed of plan.evaluation?.data.stages ?? []) await placed.options?.close?.();
    }
    return exitCodes.complete;
  },
};
