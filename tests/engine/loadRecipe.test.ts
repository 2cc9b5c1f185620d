import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { loadRecipe } from '../../engine/loadRecipe.js';
import { archive } from '../formats/tar/archives.js';

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

/** A folder outside the repository with these files and `millrace` in its node_modules. */
async function folder(t: ExecutionContext, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'millrace-recipe-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  await mkdir(join(path, 'node_modules'));
  await symlink(ROOT, join(path, 'node_modules/millrace'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return path;
}

const MODULE = { 'package.json': '{ "type": "module" }' };
const usage = (message: string | RegExp) => ({ name: 'UsageError', message });

test('a missing file, and a folder', async (t) => {
  const path = await folder(t, MODULE);
  await t.throwsAsync(loadRecipe(join(path, 'none.ts')), usage(`no recipe ${join(path, 'none.ts')}: there is no such file`));
  await t.throwsAsync(loadRecipe(path), usage(`no recipe ${path}: it is not a file`));
});

test('what does not compile says file, line and column, also in a file that the recipe imports', async (t) => {
  const path = await folder(t, { ...MODULE, 'wrong.ts': 'const a = 1;\nconst b = = 2;\n', 'imports.ts': "import { part } from './part.js';\nexport default part;\n", 'part.ts': '\n\nexport const part = (;\n', 'lost.ts': "import './nowhere.js';\n" });
  await t.throwsAsync(loadRecipe(join(path, 'wrong.ts')), usage(/the recipe .*wrong\.ts does not compile: wrong\.ts:2:11: Unexpected "="/));
  await t.throwsAsync(loadRecipe(join(path, 'imports.ts')), usage(/the recipe .*imports\.ts does not compile: part\.ts:3:22: /));
  await t.throwsAsync(loadRecipe(join(path, 'lost.ts')), usage(/the recipe .*lost\.ts does not compile: lost\.ts:1:8: .*nowhere\.js/));
});

test('no default export, another default export, an error while loading', async (t) => {
  const path = await folder(t, { ...MODULE, 'none.ts': 'export const recipe = 1;\n', 'other.ts': 'export default { recipe: 7 };\n', 'throws.ts': "throw new Error('boom');\n", 'package.ts': "import 'no-such-package-at-all';\n" });
  const expected = (name: string) => usage(`the recipe ${join(path, name)} must export its pipeline: export default definePipeline({ ... }, ({ params }) => pipeline(...))`);
  await t.throwsAsync(loadRecipe(join(path, 'none.ts')), expected('none.ts'));
  await t.throwsAsync(loadRecipe(join(path, 'other.ts')), expected('other.ts'));
  await t.throwsAsync(loadRecipe(join(path, 'throws.ts')), usage(`the recipe ${join(path, 'throws.ts')} cannot be loaded: boom`));
  await t.throwsAsync(loadRecipe(join(path, 'package.ts')), usage(/cannot be loaded: .*no-such-package-at-all/));
});

const recipeImporting = (from: (path: string) => string): string =>
  `import { definePipeline, url } from '${from('engine/recipe.ts')}';
import { pipeline } from '${from('engine/pipeline.ts')}';
import { readTar } from '${from('sources/readTar.ts')}';
import { writeTar } from '${from('sinks/writeTar.ts')}';
import { utf8 } from '${from('formats/fields.ts')}';
import { name } from './part.js';
const text = utf8('txt');
export default definePipeline({ in: url(), out: url() }, ({ params }) => pipeline(readTar(params.in, { fields: { text }, name }), writeTar(params.out, { fields: { text } })));
`;
const own = recipeImporting((path) => `millrace/${path}`);
const part = "export const name: string = 'readTar';\n";

test('the digest is of the recipe and the files of its own, not of comments nor of Millrace', async (t) => {
  const digestOf = async (files: Record<string, string>): Promise<string> => (await loadRecipe(join(await folder(t, { ...MODULE, ...files }), 'recipe.ts'))).digest;
  const digest = await digestOf({ 'recipe.ts': own, 'part.ts': part });
  t.regex(digest, /^[0-9a-f]{64}$/);
  t.is(await digestOf({ 'recipe.ts': `// about it\n${own}`, 'part.ts': `/* more */\n${part}` }), digest);
  t.not(await digestOf({ 'recipe.ts': own, 'part.ts': part.replace("'readTar'", "'other'") }), digest);
  t.not(await digestOf({ 'recipe.ts': own.replaceAll("'txt'", "'text'"), 'part.ts': part }), digest);
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function millrace(...args: readonly string[]): Promise<Ran> {
  return new Promise((done) => {
    execFile(process.execPath, [join(ROOT, 'cli/millrace.mjs'), ...args], { env: { ...process.env, NODE_OPTIONS: '' } }, (error, out, err) => {
      done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
  });
}

const packages: Readonly<Record<string, Record<string, string>>> = {
  'without a package.json': {},
  'with "type": "module"': MODULE,
  'with a package.json that says nothing': { 'package.json': '{ "name": "mine" }' },
};

for (const [kind, files] of Object.entries(packages)) {
  test(`a recipe in a folder ${kind} imports millrace and runs, in this process and in lane processes`, async (t) => {
    const path = await folder(t, { ...files, 'recipe.ts': own, 'part.ts': part, '0.tar': archive({ 'a.txt': 'one', 'b.txt': 'two' }), '1.tar': archive({ 'a.txt': 'three' }) });
    const args = (out: string): string[] => [join(path, 'recipe.ts'), '--in', join(path, '{0,1}.tar'), '--out', join(path, out)];
    const planned = await millrace('plan', '--json', ...args('out'));
    t.is(planned.code, 0, planned.err);
    t.like(JSON.parse(planned.out), { shards: 2 });
    for (const workers of ['1', '2']) {
      const ran = await millrace('run', ...args(`out${workers}`), '--workers', workers, '--json');
      t.is(ran.code, 0, ran.err);
    }
  });
}

test('a recipe gets the same classes as Millrace itself: errors and faults are recognised', async (t) => {
  const recipe = "import { UsageError } from 'millrace/engine/errors.ts';\nthrow new UsageError('from the recipe');\n";
  const path = await folder(t, { 'recipe.ts': "import { SampleFault } from 'millrace/kernels/sampleFault.ts';\nimport { SampleFault as own } from '" + join(ROOT, 'kernels/sampleFault.js') + "';\nthrow new Error(`same ${SampleFault === own}`);\n", 'usage.ts': recipe });
  const ran = await millrace('plan', join(path, 'recipe.ts'));
  t.is(ran.code, 2, ran.err);
  t.regex(ran.err, /cannot be loaded: same true/);
});

test('the whole of Millrace can be imported by its name', async (t) => {
  const names = ['definePipeline', 'pipeline', 'url', 'keep', 'readTar', 'writeTar', 'utf8'];
  const recipe = `import { ${names.join(', ')} } from 'millrace';
const text = utf8('txt');
export default definePipeline({ in: url(), out: url() }, ({ params }) => pipeline(readTar(params.in, { fields: { text } }), keep('all', () => true), writeTar(params.out, { fields: { text } })));
`;
  const path = await folder(t, { 'recipe.ts': recipe, '0.tar': archive({ 'a.txt': 'one' }) });
  const planned = await millrace('plan', '--json', join(path, 'recipe.ts'), '--in', join(path, '0.tar'), '--out', join(path, 'out'));
  t.is(planned.code, 0, planned.err);
});
