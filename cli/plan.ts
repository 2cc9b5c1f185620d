import { exitCodes } from '../engine/errors.js';
import { extentsOfPart, sinkOf } from '../engine/generate.js';
import { openStores } from '../storage/openStores.js';
import { estimateReads } from '../storage/remote/estimate.js';
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
    const stores = openStores().stores;
    const pipe = build();
    const sink = sinkOf(pipe).sink;
    try {
      const planned = await planFor(pipe, settings, loaded.digest, stores, io.signal);
      const extents = extentsOfPart(planned.extents, settings.part);
      const bytes = extents.reduce((sum, extent) => sum + extent.bytes, 0);
      const estimate = estimateReads(extents.map((extent) => ({ url: extent.shard, bytes: extent.bytes })));
      const lane = (index: number): string => String(index).padStart(5, '0');
      if (options.json === true) {
        io.out(JSON.stringify({ shards: extents.length, bytes, target: sink.target, fingerprint: planned.fingerprint.digest, ...(estimate.requests === 0 ? {} : { estimate }), extents }));
        return exitCodes.complete;
      }
      io.out(`${extents.length} shards, ${bytesText(bytes)} to read, into ${sink.target}; fingerprint ${planned.fingerprint.digest.slice(0, 12)}`);
      if (estimate.requests > 0) io.out(`from remote stores about ${estimate.requests} requests and ${bytesText(estimate.egressBytes)} of egress, without faults and writing`);
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
