import { exitCodes } from '../engine/errors.js';
import { extentsOfPart, sinkOf } from '../engine/generate.js';
import { createStores } from '../storage/stores.js';
import { addGenerationOptions, generationSettings, planFor } from './generation.js';
import { bytesText, type Command } from './io.js';
import { parser, parseRecipeArgs } from './options.js';

export const plan: Command = {
  name: 'plan',
  summary: 'show what a run would read and write; nothing is written',
  async run(args, io) {
    const command = addGenerationOptions(parser('plan', plan.summary, ["millrace plan pipelines/owl-st.ts --in 'shards/*.tar' --out out/owl-st"], io)).option(
      '--json',
      'print one JSON object',
    );
    const { loaded, options, build } = await parseRecipeArgs(command, args);
    const settings = generationSettings(options);
    const stores = createStores();
    const pipe = build();
    const sink = sinkOf(pipe).sink;
    try {
      const planned = await planFor(pipe, settings, loaded.digest, stores, io.signal);
      const extents = extentsOfPart(planned.extents, settings.part);
      const bytes = extents.reduce((sum, extent) => sum + extent.bytes, 0);
      const lane = (index: number): string => String(index).padStart(5, '0');
      if (options.json === true) {
        io.out(JSON.stringify({ shards: extents.length, bytes, target: sink.target, fingerprint: planned.fingerprint.digest, extents }));
        return exitCodes.complete;
      }
      io.out(`${extents.length} shards, ${bytesText(bytes)} to read, into ${sink.target}; fingerprint ${planned.fingerprint.digest.slice(0, 12)}`);
      for (const extent of extents) {
        const records = extent.records === undefined ? '' : `, records ${extent.records[0]} to ${extent.records[1] - 1} of it`;
        io.out(`  ${extent.shard} (${bytesText(extent.bytes)}${records}) -> ${lane(extent.index)}.tar, ${lane(extent.index)}_stats.json`);
      }
      return exitCodes.complete;
    } finally {
      for (const placed of pipe.stages) await placed.options?.close?.();
    }
  },
};
