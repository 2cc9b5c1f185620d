import { exitCodes } from '../engine/errors.js';
import { describePipeline } from '../engine/pipeline.js';
import { pipelineFloor } from '../engine/lockstep.js';
import { addGenerationOptions, generationSettings } from './generation.js';
import { bytesText, type Command } from './io.js';
import { parser, parseRecipeArgs } from './options.js';

export const explain: Command = {
  name: 'explain',
  summary: 'print the stages of a recipe, the bytes that each may hold, and what a resume would read and compute again',
  async run(args, io) {
    const command = addGenerationOptions(parser('explain', explain.summary, ["millrace explain pipelines/owl-st.ts --in 'shards/*.tar' --out out/owl-st"], io));
    const { options, build } = await parseRecipeArgs(command, args);
    const settings = generationSettings(options);
    const pipe = build();
    const lines = describePipeline(pipe);
    const floor = pipelineFloor(pipe, 1);
    io.out(lines.map((line, index) => `${String(index).padStart(2)}  ${line}`).join('\n'));
    io.out('');
    for (const placed of pipe.stages) {
      const held = placed.options?.floorBytes?.(1) ?? 0;
      const replay = placed.options?.replayElements?.(1) ?? 0;
      if (held > 0 || replay > 1) io.out(`${placed.name}: may hold ${bytesText(held)} in a lane before it can move on; a resume inside it makes up to ${replay} samples again`);
    }
    const share = Math.floor(settings.maxInFlightBytes / settings.workers);
    io.out(`floor: ${bytesText(floor.perLane)} in each of ${settings.workers} lane process(es); budget: ${bytesText(share)} each`);
    io.out('generation run: a lane is one shard; after a stop or a kill, marked shards are kept and a shard in the middle is made anew');
    return exitCodes.complete;
  },
};
