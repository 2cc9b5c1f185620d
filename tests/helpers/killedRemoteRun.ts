/**
 * A generation run from and to a remote store that ends its own life with SIGKILL before (or after) its n-th call of the output's store, from 0:
 * `killedRemoteRun <in> <out> <recipe digest> <before|after> <n>`. Exit code 0 when there are not so many calls.
 */
import { generate, planGeneration } from '../../engine/generate.js';
import { laneRunner } from '../../engine/laneRunner.js';
import { parseParams } from '../../engine/recipe.js';
import type { ObjectStore } from '../../storage/objectStore.js';
import { openStores } from '../../storage/openStores.js';
import recipe from './recipes/copy.js';
import { wrapStore, type StoreCall } from './wrapStore.js';

const [, , input, out, digest, when, n] = process.argv as string[];
const { stores: plain } = openStores();
const die = ({ ordinal }: StoreCall): void | Promise<void> => {
  if (ordinal !== Number(n)) return;
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {}); // no step further while the signal is on its way
};
const deadly = wrapStore(plain(out as string), when === 'before' ? { before: die } : { after: die });
const stores = (url: string): ObjectStore => (url.startsWith(out as string) ? deadly : plain(url));
const pipe = recipe.build(parseParams(recipe, { in: input, out, maxShardBytes: '1024' }));
const options = { seed: 0, stores, signal: new AbortController().signal, recipe: digest as string };
const plan = await planGeneration(pipe, options);
const runner = laneRunner(pipe, { seed: 0, stores, maxInFlightBytes: 2 ** 30, onBadSample: 'skip' });
await generate(pipe, plan, { concurrency: 1, run: (extent, signal) => runner.run(extent, signal) }, options);
process.exit(0);
