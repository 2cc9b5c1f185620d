import { exitCodes, UsageError } from '../engine/errors.js';
import { proveStream, type StreamProof } from '../engine/proveStream.js';
import { StoreError } from '../storage/objectStore.js';
import { openStores } from '../storage/openStores.js';
import { printable, type Command } from './io.js';
import { readBlocks } from './ledgerFiles.js';
import { parser } from './options.js';
import { openStreamRun, withStreamOptions } from './streamRun.js';

const SHOWN = 20;

/** `millrace verify RECIPE --ledger FOLDER`: the proof of a streaming run. */
export const verifyStream: Command = {
  name: 'verify',
  summary: 'prove that a streaming run took every record of every epoch exactly once, whatever kills, roll-backs and world sizes it went through',
  async run(args, io) {
    const command = withStreamOptions(parser('verify', verifyStream.summary, [
      "millrace verify recipe.ts --in 'shards/*.tar' --ledger out/ledger --from out/checkpoints",
      "millrace verify recipe.ts --in 'shards/*.tar' --ledger out/ledger --from out/checkpoints --no-dry-run --json",
    ], io))
      .requiredOption('--ledger <FOLDER>', 'the blocks that the run wrote; those that lead to the checkpoint of --from are judged')
      .option('--no-dry-run', 'do not continue an unfinished stream to its end; judge only what its lanes have left behind')
      .option('--json', 'print one JSON object');
    const { stream, pipe, from, options, close } = await openStreamRun(command, args, io, () => ({ rank: 0, ranks: 1 }));
    try {
      if (from === undefined) throw new UsageError('--from is missing: up to which checkpoint? A folder (its latest whole step), FOLDER/step-N or a file');
      const stores = openStores().stores;
      const folder = options.ledger as string;
      const proof = await proveStream({
        pipe, stream,
        checkpoint: from,
        blocks: () => readBlocks(folder, stores),
        tools: { stores, signal: io.signal },
        dryRun: options.dryRun !== false,
      });
      const good = proof.differences.length === 0;
      if (options.json === true) io.out(JSON.stringify({ outcome: good ? 'proven' : 'different', ...proof }));
      else for (const line of inWords(folder, proof)) io.out(printable(line));
      return good ? exitCodes.complete : exitCodes.failed;
    } catch (error) {
      if (error instanceof StoreError && error.code !== 'transient') throw new UsageError(error.message, { cause: error });
      throw error;
    } finally {
      await close();
    }
  },
};

const judgedBy: Readonly<Record<StreamProof['judged'], string>> = {
  ended: 'proven against the inputs: the stream is finished',
  continued: 'proven against the inputs: a dry run to the end of the stream gives all that is open',
  'so far': 'proven for the steps made: what the lanes have read and will not read again is out once; what is open was not judged',
};

function inWords(folder: string, proof: StreamProof): readonly string[] {
  const { blocks, differences } = proof;
  return [
    `${folder} up to step ${proof.step}: ${proof.planned} records planned, ${proof.open} open${proof.notReached > 0 ? `, ${proof.notReached} not reached when a mixture ended` : ''}; ` +
      `${proof.expanded} by expansion; ${proof.delivered} delivered, ${proof.filtered} filtered, ${proof.quarantined} quarantined; missing ${proof.missing}, duplicates ${proof.duplicates}`,
    ...Object.entries(proof.reasons).map(([reason, count]) => `  ${count} dropped by ${reason}`),
    `  ${blocks.surviving} lane blocks lead to it, ${blocks.dead} are of dead lineages${blocks.foreign > 0 ? `, ${blocks.foreign} of other recipes` : ''}`,
    ...differences.slice(0, SHOWN).map((line) => `  ${line}`),
    ...(differences.length > SHOWN ? [`  and ${differences.length - SHOWN} more; --json has all`] : []),
    differences.length === 0 ? judgedBy[proof.judged] : `${differences.length} differences`,
  ];
}
