import { exitCodes, UsageError } from '../engine/errors.js';
import { START } from '../engine/source.js';
import { verifyTar } from '../sinks/verifyTar.js';
import { readTar } from '../sources/readTar.js';
import { StoreError } from '../storage/objectStore.js';
import { openStores } from '../storage/openStores.js';
import { printable, type Command } from './io.js';
import { parse, parser } from './options.js';
import { verifyStream } from './verifyStream.js';

export const verify: Command = {
  name: 'verify',
  summary: 'prove that an output is whole: every planned sample has one outcome, every byte is as written',
  async run(args, io) {
    if (args.some((arg) => arg === '--ledger' || arg.startsWith('--ledger='))) return verifyStream.run(args, io);
    const command = parser('verify', verify.summary, [
      'millrace verify out/owl-st',
      "millrace verify out/owl-st --against 'shards/*.tar' --json",
      "millrace verify recipe.ts --in 'shards/*.tar' --ledger out/ledger --from out/checkpoints",
    ], io)
      .addHelpText('after', '\nOf a streaming run, the recipe and its ledger are verified: millrace verify RECIPE --ledger FOLDER --help')
      .argument('<output>', 'the output of a run')
      .option('--against <INPUT>', 'count the inputs again and compare')
      .option('--json', 'print one JSON object');
    parse(command, args);
    const [output] = command.processedArgs as [string];
    const { against, json } = command.opts<{ against?: string; json?: boolean }>();
    const stores = openStores().stores;
    const tools = { stores, signal: io.signal };
    const source = against === undefined ? undefined : readTar(against, { fields: {} });
    let extents;
    let store;
    try {
      store = stores(output);
      extents = await source?.plan(tools);
    } catch (error) {
      if (error instanceof StoreError) throw new UsageError(error.message, { cause: error });
      throw error;
    }
    const result = await verifyTar(output, {
      store,
      signal: io.signal,
      ...(source === undefined || extents === undefined
        ? {}
        : { against: { shards: extents, records: (index) => source.open(extents[index] as (typeof extents)[number], START, tools) } }),
    });
    const good = result.differences.length === 0;
    if (json === true) io.out(JSON.stringify({ outcome: good ? 'proven' : 'different', ...result }));
    else {
      io.out(
        `${output}: ${result.lanes} lanes, ${result.parts} parts, ${result.planned} planned + ${result.expanded} expanded = ${result.delivered} delivered + ` +
          `${result.filtered} filtered + ${result.quarantined} quarantined + ${result.remainder} remainder; missing ${result.missing}, duplicates ${result.duplicates}`,
      );
      for (const name of result.unmarked) io.out(`  note: ${printable(name)} has no mark; readers of ours do not see it`);
      for (const difference of result.differences) io.out(`  ${printable(difference)}`);
      io.out(good ? `proven${against === undefined ? ' (by its own marks; --against counts the inputs again)' : ' against the inputs'}` : `${result.differences.length} differences`);
    }
    return good ? exitCodes.complete : exitCodes.failed;
  },
};
