import { exitCodes, UsageError } from '../engine/errors.js';
import { parseOriginAddress } from '../engine/originAddress.js';
import { replay as replaySample, type Replay } from '../engine/replay.js';
import { StoreError } from '../storage/objectStore.js';
import { openStores } from '../storage/openStores.js';
import type { Stores } from '../storage/stores.js';
import type { Command } from './io.js';
import { safeJson } from './oneLine.js';
import { parser, parseRecipeArgs } from './options.js';
import { replayLines } from './replay/replayLines.js';
import { replayReport, type PictureOf } from './replay/replayReport.js';
import { DEFAULT_LANES, wholeNumber } from './streamRun.js';

const HELP = `
For every stage: the fields that it added (+), changed (~) or removed (-), with type, shape and the beginning of the value; what it dropped and why;
what it drew from its random streams. That is what a run of this recipe, seed and input does with the sample, on any rank and with any workers; but
a window (a shuffle, dedupe, packing) gets the sample alone here, with its children, so what it draws, drops or puts together for the sake of its
neighbours is not shown. The sink, or batch with the stages after it, is not run: nothing is written but pictures, and a recipe's own --out may be left away.
An origin is SHARD#RECORD, with a child _0 and an epoch @0 where needed, as \`millrace why\` and \`millrace order --origins\` print it. Spell --in as
the run did: the name of its shard is a part of who a sample is, and so of what is drawn for it.`;

export const replay: Command = {
  name: 'replay',
  summary: 'run one sample through a recipe again and show what every stage did to it, with pictures where there are pictures',
  async run(args, io) {
    const command = parser('replay', replay.summary, [
      "millrace replay pipelines/owl-st.ts --in 'shards/*.tar' --origin 'shards/00001.tar#17' --out out/replay",
      "millrace replay recipe.ts --in 'shards/*.tar' --origin 'mix/0/readTar:shards/00001.tar#17_0@2' --json",
    ], io)
      .addHelpText('after', HELP)
      .option('--origin <ORIGIN>', 'the sample: SHARD#RECORD, then _CHILD and @EPOCH where needed')
      .option('--seed <INTEGER>', 'seed of all randomness: that of the run', '0')
      .option('--out <FOLDER>', 'write the picture there after each stage that changed it, as PNG, with the boxes of the sample')
      .option('--json', 'print one JSON object');
    // Nothing is written into the recipe's own output, so it need not be named.
    const { loaded, options, build } = await parseRecipeArgs(command, args, { out: 'not-written' });
    if (options.origin === undefined) throw new UsageError('--origin is missing: which sample? It is written SHARD#RECORD; `millrace why` and `millrace order --origins` print origins');
    const address = parseOriginAddress(options.origin as string);
    const seed = wholeNumber('--seed', options.seed, 0, 2 ** 32 - 1);
    const stores = openStores().stores;
    const pipe = build();
    try {
      const lanes = pipe.sink === undefined ? (loaded.recipe.options.lanes ?? DEFAULT_LANES) : 1;
      const found = await replaySample(pipe, address, { seed, lanes, stores, signal: io.signal });
      const pictureOf = await picturesIn(options.out as string | undefined, found, stores);
      const report = replayReport(found, { seed, children: address.children, pictureOf });
      io.out(options.json === true ? safeJson(report) : replayLines(report).join('\n'));
      return exitCodes.complete;
    } catch (error) {
      if (error instanceof StoreError && error.code !== 'transient') throw new UsageError(error.message, { cause: error });
      throw error;
    } finally {
      for (const placed of pipe.stages) await placed.options?.close?.();
    }
  },
};

/** Loaded only when asked for: the image library takes a while, and a machine without it can replay all the same. */
async function picturesIn(folder: string | undefined, found: Replay, stores: Stores): Promise<PictureOf> {
  if (folder === undefined) return () => ({});
  const { writePictures } = await import('./replay/writePictures.js');
  return writePictures(found, folder, stores);
}
