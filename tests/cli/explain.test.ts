import test from 'ava';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COPY, makeShards, millrace } from '../helpers/cli.js';
import { pictureShard } from '../helpers/pictures.js';

const explain = (...more: string[]) => millrace(['explain', COPY, '--in', 'nothing/*.tar', '--out', 'nowhere', ...more]);

test('prints each stage with its arity and options, the floor and the budget; reads and writes nothing', async (t) => {
  const { code, out, err } = await explain();
  t.deepEqual([code, err], [0, '']);
  const lines = out.split('\n');
  for (const [index, [name, arity]] of [['readTar', 'source'], ['keep', 'filter'], ['slow', 'one'], ['trouble', 'one'], ['writeTar', 'sink']].entries()) {
    t.true((lines[index] as string).startsWith(` ${index}  ${name} [${arity}] {`), lines[index]);
  }
  t.regex(out, /^floor: .* in each of 1 lane process\(es\); budget: 1\.0 GiB each$/m);
});

test('the budget is shared by the workers, and wrong options are refused as in run', async (t) => {
  t.regex((await explain('--workers', '4', '--max-in-flight-bytes', '2G')).out, /in each of 4 lane process\(es\); budget: 512\.0 MiB each/);
  for (const [more, message] of [
    [['--workers', 'x'], /--workers must be an integer/],
    [['--max-in-flight-bytes', '5%'], /--max-in-flight-bytes must be/],
    [['--trouble', 'x'], /--trouble must be one of/],
    [['--json'], /unknown option '--json'/],
  ] as [string[], RegExp][]) {
    const { code, out, err } = await explain(...more);
    t.deepEqual([code, out], [2, '']);
    t.regex(err, message);
  }
});

test('stages after batch are printed like any other, and the recipe is a streaming one', async (t) => {
  const { code, out } = await millrace(['explain', fileURLToPath(new URL('../../pipelines/flexivit.ts', import.meta.url)), '--in', 'nothing/*.tar']);
  t.is(code, 0);
  t.regex(out, /^ *\d+ {2}batch \[batch\] \{"size":1024\}$/m);
  t.regex(out, /mixup \[step\] \{"alpha":1,"fields":\["pixels","labels"\]\}\n.*flexiPatch \[step\] \{"side":240,"grids":\[5,6,8,10,12,15,16,20,24,30\]\}\n/);
  t.regex(out, /^streaming run: /m);
});

test('of a streaming recipe it predicts what a resume makes again and how large a checkpoint is', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'millrace-explain-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  await makeShards(`${root}/in`, [90, 80]);
  await makeShards(`${root}/more`, [90]);
  const recipe = [fileURLToPath(new URL('../helpers/recipes/everything.ts', import.meta.url)), '--in', `${root}/in/*.tar`, '--more', `${root}/more/*.tar`];
  const { code, out, err } = await millrace(['explain', ...recipe]);
  t.deepEqual([code, err], [0, '']);
  t.regex(out, /^streaming run: a resume makes up to 14 samples of each lane again, 224 in all, before its first batch/m);
  t.is((await millrace(['order', ...recipe, '--steps', '6', '--checkpoint', `${root}/saved`])).code, 0);
  const [saved] = readdirSync(`${root}/saved`);
  const bytes = statSync(`${root}/saved/${saved}`).size;
  const predicted = Number(/a checkpoint has at most about (\d+) bytes/.exec(out)?.[1]);
  t.true(bytes <= predicted && predicted < 3 * bytes, `${bytes} bytes, predicted ${predicted}`);
});

test('--sample: what packing comes to, from the lengths of some samples; only for streaming recipes', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'millrace-explain-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  await mkdir(`${root}/in`);
  for (const shard of [0, 1]) await writeFile(`${root}/in/${shard}.tar`, await pictureShard(shard, 12));
  const recipe = (more: readonly string[], name = 'navit-siglip') => millrace(['explain', fileURLToPath(new URL(`../../pipelines/${name}.ts`, import.meta.url)), '--in', `${root}/in/*.tar`, ...more]);
  const { code, out, err } = await recipe(['--window', '16', '--sample', '20']);
  t.deepEqual([code, err], [0, '']);
  t.regex(out, /^dealSequences: about \d\.\d\d samples a sequence, from the lengths of 20 samples$/m);
  t.regex(out, /^dealSequences: patches: \d+\.\d tokens a sample, 9\d\.\d % full, \d\.\d % padding$/m);
  t.notRegex((await recipe([])).out, /^dealSequences: patches/m);
  t.regex((await recipe(['--sample', '5'], 'siglip')).out, /^no stage of this recipe tells anything from samples$/m);
  t.regex((await recipe(['--sample', '0'])).err, /--sample must be an integer from 1 up/);
  const generating = await explain('--sample', '5');
  t.deepEqual([generating.code, generating.out], [2, '']);
  t.regex(generating.err, /--sample needs a streaming recipe/);
});
