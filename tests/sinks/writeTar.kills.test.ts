import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { build } from 'esbuild';
import { loadRecipe } from '../../engine/loadRecipe.js';
import { verifyTar } from '../../sinks/verifyTar.js';
import { fileStore } from '../../storage/fileStore.js';
import { COPY, litter, makeShards, millrace, tree } from '../helpers/cli.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-each-call-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
const signal = new AbortController().signal;

/** What is marked must be whole, whatever else is missing. */
async function unsound(out: string): Promise<string[]> {
  const { differences } = await verifyTar(out, { store: fileStore(), signal });
  return differences.filter((line) => !/it is not there: the lane is not finished/.test(line));
}

test.serial('killed at each storage call, the next run completes with the same bytes', async (t) => {
  const input = `${root}/few`;
  // A lane of two parts, a lane of one, a lane of none.
  await makeShards(input, [3, 1, 2], { kind: (n) => (n === 1 ? 'empty' : 'good'), imageBytes: 500 });
  await makeShards(`${root}/empty`, [2], { kind: () => 'empty' });
  copyFileSync(`${root}/empty/00000.tar`, `${input}/00002.tar`);
  const program = `${root}/killedRun.mjs`;
  // In one file it starts in a third of the time, and there are some sixty starts.
  await build({ entryPoints: [fileURLToPath(new URL('../helpers/killedRun.ts', import.meta.url))], bundle: true, platform: 'node', format: 'esm', outfile: program, logLevel: 'silent' });
  const { digest } = await loadRecipe(COPY);
  const run = (out: string) => millrace(['run', COPY, '--in', `${input}/*.tar`, '--out', out, '--max-shard-bytes', '1024', '--json']);
  t.is((await run(`${root}/calm`)).code, 0);
  const expected = tree(`${root}/calm`);
  t.deepEqual(Object.keys(expected), ['00000-01.tar', '00000.tar', '00000_stats.json', '00001.tar', '00001_stats.json', '00002_stats.json']);
  let kills = 0;
  // Nothing of this run happens at once with something else, so after call n is before call n + 1.
  const from = async (first: number): Promise<void> => {
    for (let n = first; ; n += 2) {
      const out = `${root}/at-${n}`;
      const child = spawn(process.execPath, [program, `${input}/*.tar`, out, digest, `${n}`], { stdio: ['ignore', 'ignore', 'inherit'] });
      const [code, killed] = (await once(child, 'exit')) as [number | null, string | null];
      if (code === 0) return;
      t.is(killed, 'SIGKILL', `call ${n}`);
      kills += 1;
      if (existsSync(`${out}/_millrace/plan.json`)) t.deepEqual(await unsound(out), [], `call ${n}`);
      const result = await run(out);
      t.is(result.code, 0, `call ${n}: ${result.err}`);
      t.deepEqual(tree(out), expected, `call ${n}`);
      t.deepEqual(litter(out), [], `call ${n}`);
    }
  };
  await Promise.all([from(0), from(1)]);
  t.true(kills > 50);
  t.log(`${kills} kills`);
});
