import { recordBlocks } from '../engine/block.js';
import { exitCodes, UsageError } from '../engine/errors.js';
import { originAddress } from '../engine/originAddress.js';
import { openStores } from '../storage/openStores.js';
import { storageOf, storageText } from './storageText.js';
import { saveCheckpoint } from './checkpointFiles.js';
import type { Command } from './io.js';
import { waitingLines } from '../engine/waiting.js';
import { hangWatch } from './hangWatch.js';
import { appendBlock } from './ledgerFiles.js';
import { rendezvous } from './rendezvous.js';
import { parser } from './options.js';
import { openStreamRun, secondsOf, wholeNumber, withStreamOptions } from './streamRun.js';

export const order: Command = {
  name: 'order',
  summary: 'print which samples each step of a streaming recipe takes, on any rank of any world size',
  async run(args, io) {
    const command = withStreamOptions(parser('order', order.summary, [
      "millrace order pipelines/siglip.ts --in 'shards/*.tar' --steps 10",
      "millrace order pipelines/siglip.ts --in 'shards/*.tar' --world-size 4 --rank 2 --steps 100 --checkpoint out/checkpoints --json",
      "millrace order pipelines/siglip.ts --in 'shards/*.tar' --from out/checkpoints --steps 10",
    ], io))
      .option('--steps <INTEGER>', 'steps to print; without it, to the end of the stream')
      .option('--world-size <INTEGER>', 'number of ranks; WORLD_SIZE where a launcher sets it, else 1')
      .option('--rank <INTEGER>', 'this rank; RANK where a launcher sets it, else 0')
      .option('--checkpoint <FOLDER>', 'save a checkpoint there after the last step, one part a rank')
      .option('--checkpoint-every <INTEGER>', 'and after every so many steps')
      .option('--keep <INTEGER>', 'checkpoints to keep, to roll back to: --from FOLDER/step-N', '2')
      .option('--ledger <FOLDER>', 'write what became of every record there, a block before each checkpoint; `millrace verify` proves it')
      .option('--rendezvous <FOLDER>', 'meet the other ranks there at each step, so that all make the same number of steps; one that has ended prints steps without keys')
      .option('--late-after <SECONDS>', 'with --rendezvous: name a rank that does not come for so long, and end (exit 1)', '600')
      .option('--origins', 'print the origin beside each key: shard, record, child and epoch, as `millrace replay --origin` takes it')
      .option('--json', 'one JSON object a step: {"step": n, "keys": [...]}; with remote stores, last what they did: {"storage": {...}}');
    let world = { ranks: 1, rank: 0 };
    const { stream, meter, from, options, close } = await openStreamRun(command, args, io, (given) => {
      const ranks = wholeNumber('--world-size', given.worldSize ?? process.env.WORLD_SIZE ?? '1', 1);
      world = { ranks, rank: wholeNumber('--rank', given.rank ?? process.env.RANK ?? '0', 0, ranks - 1) };
      return world;
    });
    const steps = options.steps === undefined ? Number.POSITIVE_INFINITY : wholeNumber('--steps', options.steps, 1);
    const every = options.checkpointEvery === undefined ? undefined : wholeNumber('--checkpoint-every', options.checkpointEvery, 1);
    const folder = options.checkpoint as string | undefined;
    if (every !== undefined && folder === undefined) throw new UsageError('--checkpoint-every needs --checkpoint FOLDER');
    const keep = wholeNumber('--keep', options.keep, 1);
    const ledger = options.ledger as string | undefined;
    if (ledger !== undefined && folder === undefined) throw new UsageError('--ledger needs --checkpoint FOLDER: a block is written before each checkpoint');
    const blocks = ledger === undefined ? undefined : recordBlocks(stream, from);
    const stores = openStores().stores;
    const save = async (into: string): Promise<string> => {
      const block = blocks?.cut();
      if (block !== undefined) await appendBlock(ledger as string, block, stores);
      return await saveCheckpoint(into, stream.checkpoint(), keep);
    };
    const lateAfter = secondsOf('--late-after', options.lateAfter) as number;
    const meeting = options.rendezvous as string | undefined;
    const agree = meeting === undefined ? undefined : await rendezvous(meeting, { ...world, run: `${stream.fingerprint.digest.slice(0, 16)}-${from?.step ?? 0}`, lateAfterMs: lateAfter * 1000, signal: io.signal });
    const watch = hangWatch(io, () => {
      const waiting = stream.waiting();
      return waiting === undefined ? ['the stream is not read at this moment'] : waitingLines(waiting);
    }, secondsOf('--hang-after', options.hangAfter));
    let printed = 0;
    try {
      for await (const entry of stream.steps(from, agree === undefined ? {} : { agree })) {
        watch.moved();
        blocks?.add(entry);
        const { step, contributions } = entry;
        const samples = contributions.flatMap((lane) => [...lane.samples]);
        const keys = samples.map(({ key }) => key);
        const origins = options.origins === true ? { origins: samples.map(({ origin }) => originAddress(origin)) } : {};
        if (options.json === true) io.out(JSON.stringify({ step, keys, ...origins }));
        else io.out(`step ${step}: ${options.origins === true ? samples.map(({ key, origin }) => `${key} (${originAddress(origin)})`).join(', ') : keys.join(' ')}`);
        printed += 1;
        if (every !== undefined && folder !== undefined && (step + 1) % every === 0) await save(folder);
        if (printed >= steps) break;
      }
    } finally {
      watch.end();
    }
    const { storage } = storageOf([meter.snapshot()]);
    if (storage !== undefined) {
      if (options.json === true) io.out(JSON.stringify({ storage }));
      else io.err(storageText(storage));
    }
    if (folder !== undefined) io.err(`checkpoint: ${await save(folder)}`);
    await close();
    return exitCodes.complete;
  },
};
