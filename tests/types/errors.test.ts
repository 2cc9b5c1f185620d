import test from 'ava';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// What a person reads when a recipe does not compile: its last line must name the missing field.

const root = fileURLToPath(new URL('../..', import.meta.url));
const recipe = (fields: string, stages: readonly string[]): string => `
import { pipeline } from '../../engine/pipeline.js';
import { bytes, utf8 } from '../../formats/fields.js';
import { owlv2 } from '../../models/owlv2/owlv2.js';
import { decodeImage, keepBoxes, ngramQueries, pseudoLabel } from '../../operators/index.js';
import { readTar } from '../../sources/readTar.js';

export const stages = { decodeImage, keepBoxes, ngramQueries, pseudoLabel, owlv2 };
export default pipeline(
  readTar('in.tar', { fields: ${fields} }),
${stages.map((stage) => `  ${stage},\n`).join('')});
`;

const imageAndText = "{ image: bytes('jpg'), text: utf8('txt') }";
const teacher = "pseudoLabel(() => owlv2('models/tiny-owlv2'))";
const recipes: Readonly<Record<string, readonly [source: string, field?: string]>> = {
  right: [recipe(imageAndText, ['decodeImage()', 'ngramQueries()', teacher, 'keepBoxes()'])],
  'decode-without-image': [recipe("{ picture: bytes('jpg'), text: utf8('txt') }", ['decodeImage()', 'ngramQueries()']), 'image'],
  'label-before-decode': [recipe(imageAndText, ['ngramQueries()', teacher, 'decodeImage()', 'keepBoxes()']), 'pixels'],
  'keep-before-label': [recipe(imageAndText, ['decodeImage()', 'ngramQueries()', 'keepBoxes()', teacher]), 'boxes'],
};

/** The compiler's words on each recipe. */
function compile(): Map<string, string> {
  mkdirSync(join(root, 'out'), { recursive: true });
  const folder = mkdtempSync(join(root, 'out', 'recipes-'));
  try {
    for (const [name, [source]] of Object.entries(recipes)) writeFileSync(join(folder, `${name}.ts`), source);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'], exclude: [] }));
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout, status } = spawnSync(process.execPath, [compiler, '--noEmit', '--pretty', 'false', '-p', folder], { cwd: root, encoding: 'utf8' });
    if (status === 0 || stdout === '') throw new Error(`the compiler found nothing wrong (status ${status})`);
    // A message begins at the left edge; its further lines are indented.
    const messages = stdout.split(/\n(?=\S)/);
    return new Map(Object.keys(recipes).map((name) => [name, messages.filter((message) => message.includes(`/${name}.ts(`)).join('\n').trimEnd()]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const messages = compile();

for (const [name, [, field]] of Object.entries(recipes)) {
  test(`${name}: ${field === undefined ? 'compiles' : `the last line names \`${field}\``}`, (t) => {
    const message = messages.get(name)!;
    if (field === undefined) {
      t.is(message, '');
      return;
    }
    const last = message.split('\n').at(-1)!.trim();
    t.log(last);
    t.true(last.startsWith(`Property '${field}' is missing in type `), last);
    t.regex(last, new RegExp(`but required in type '.*\\b${field}\\b`));
    t.is(message.split('\n').filter((line) => line.startsWith('out/')).length, 1, 'one error, not a cascade');
  });
}
