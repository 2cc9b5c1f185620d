/** The recipes that train, a few steps each in their smallest size: the models get what they need from the data. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { millrace } from '../helpers/cli.js';
import { CLASSES, pictureShard } from '../helpers/pictures.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-training-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));
// Draws are of the shards' names, so these are the same in every run.
const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
test.before(async () => {
  process.chdir(root);
  for (const [shard, records] of [24, 24].entries()) await writeFile(`${shard}.tar`, await pictureShard(shard, records, []));
});

const recipes: Readonly<Record<string, readonly string[]>> = {
  vit: ['--classes', String(CLASSES), '--size', '32', '--batch', '32', '--patch', '16', '--mixup', '0', '--magnitude', '1'],
  flexivit: ['--classes', String(CLASSES), '--size', '48', '--grids', '2,3,4', '--batch', '32', '--mixup', '1'],
  siglip: ['--size', '32', '--batch', '16', '--tokenizer', here('models/tiny-owlv2/tokenizer.json'), '--tokens', '16', '--pad', '0', '--vocabulary', '801', '--bias', '-3', '--rate', '3e-4'],
  'navit-siglip': ['--batch', '16', '--length', '40', '--max-side', '80', '--open', '2', '--bias', '-3'],
};
for (const [name, more] of Object.entries(recipes)) {
  test.serial(`${name}: trained on wasm, the loss falls`, async (t) => {
    const common = ['--in', '*.tar', '--epochs', '40', '--window', '32', '--model', 'mu', '--rate', '3e-3', '--warmup', '1', '--total-steps', '40', '--workers', '0'];
    const { code, out, err } = await millrace(['train', here(`pipelines/${name}.ts`), ...common, ...more, '--backend', 'wasm', '--steps', '24', '--json']);
    t.is(code, 0, err);
    const losses = out.split('\n').map((line) => JSON.parse(line) as { step?: number; loss?: number }).flatMap(({ step, loss }) => (step === undefined || loss === undefined ? [] : [loss]));
    t.is(losses.length, 24);
    t.true(losses.slice(-8).reduce((sum, loss) => sum + loss, 0) < losses.slice(0, 8).reduce((sum, loss) => sum + loss, 0), losses.map((loss) => loss.toFixed(3)).join(' '));
  });
}
