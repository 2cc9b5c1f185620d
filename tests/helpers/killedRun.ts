/**
 * A generation run on the file system that ends its own life with SIGKILL at its n-th call of the output's store, from 0:
 * `killedRun <in> <out> <recipe digest> <n>`. Exit code 0 when there are not so many calls. Bundled by sinks/writeTar.kills.test.ts.
 */
import { generate, planGeneration } from '../../engine/generate.js';
import { laneRunner } from '../../engine/laneRunner.js';
import { parseParams } from '../../engine/recipe.js';
import { fileStore } from '../../storage/fileStore.js';
import recipe from './recipes/copy.js';
import { wrapStore } from './wrapStore.js';

const [, , input, out, digest, n] = process.argv as string[];
const plain = fileStore();
const deadly = wrapStore(plain, {
  before({ ordinal }) {
    if (ordinal !== Number(n)) return;
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {}); // no step further while the signal is on its way
  },
});
const stores = (url: string): typeof plain => (url.startsWith(out as string) ? deadly : plain);
const pipe = recipe.build(parseParams(recipe, { in: input, out, maxShardBytes: '1024' }));
const options = { seed: 0, stores, signal: new AbortController().signal, recipe: digest as string };
const plan = await planGeneration(pipe, options);
const runner = laneRunner(pipe, { seed: 0, stores, maxInFlightBytes: 2 ** 30, onBadSample: 'skip' });
await generate(pipe, plan, { concurrency: 1, run: (extent, signal) => runner.run(extent, signal) }, options);
