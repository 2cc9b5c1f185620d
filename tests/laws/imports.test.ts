import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { exportsOf, importsOf, tokensOf, type Import } from './importsOf.js';

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');
const SKIPPED = new Set(['node_modules', 'out', 'clients', 'shared', 'coverage']);

/** A folder of the first level and whom it may import beside itself: the floors of the design. */
interface Law {
  readonly folders: readonly string[];
  /** Of these only types. */
  readonly types?: readonly string[];
  /** npm packages; undefined: any of package.json's dependencies. */
  readonly packages?: readonly string[];
}

const BELOW_STAGES = ['engine', 'kernels', 'formats', 'storage'];
const STAGES = ['sources', 'operators', 'sinks', 'models'];
const ALL = [...BELOW_STAGES, ...STAGES, 'pipelines', 'dashboard', 'cli', 'index.ts'];

const laws: Readonly<Record<string, Law>> = {
  kernels: { folders: [], packages: [] },
  formats: { folders: ['kernels'], packages: ['sharp'] },
  storage: { folders: ['kernels'], packages: ['@aws-sdk/client-s3', 'undici'] },
  engine: { folders: ['kernels'], types: ['storage'], packages: ['rxjs'] },
  sources: { folders: BELOW_STAGES },
  operators: { folders: BELOW_STAGES, types: ['models'] },
  sinks: { folders: BELOW_STAGES, types: ['models'] },
  models: { folders: BELOW_STAGES },
  pipelines: { folders: [...STAGES, 'engine', 'formats'], packages: ['rxjs'] },
  dashboard: { folders: [...STAGES, 'engine'] },
  'index.ts': { folders: [...BELOW_STAGES, ...STAGES], packages: [] },
  cli: { folders: ALL },
  bench: { folders: [...ALL, 'tests'] },
  tests: { folders: [...ALL, 'bench'] },
};

/** Packages that one file alone may import. */
const alone: Readonly<Record<string, string>> = {
  'engine/loadRecipe.ts': 'esbuild',
  'engine/workers/kernelThread.mjs': 'tsx',
  'formats/tokenizer/tokenizerJson.ts': '@huggingface/tokenizers',
};

/** Packages that are asked for by name when a run needs them (`loadPackage`): of these a folder imports only types, and they are devDependencies. */
const onDemand: Readonly<Record<string, RegExp>> = { 'models/train/': /^@tensorflow\/tfjs/ };

interface SourceFile {
  /** From the repository root, with slashes. */
  readonly path: string;
  readonly folder: string;
  readonly source: string;
  readonly imports: readonly Import[];
}

function* sourcePaths(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !SKIPPED.has(entry.name) && !entry.name.startsWith('.')) yield* sourcePaths(join(folder, entry.name));
    else if (entry.isFile() && /\.(ts|mts|mjs)$/.test(entry.name)) yield join(folder, entry.name);
  }
}

const files: readonly SourceFile[] = [...sourcePaths(ROOT)].map((absolute) => {
  const path = relative(ROOT, absolute).replaceAll('\\', '/');
  const source = readFileSync(absolute, 'utf8');
  return { path, folder: path.split('/')[0] as string, source, imports: importsOf(source) };
});
const product = files.filter(({ folder, path }) => folder in laws && folder !== 'tests' && folder !== 'bench' && path.includes('/'));

const isRelative = ({ specifier }: Import): boolean => specifier.startsWith('.');
/** The file that a relative import means, from the repository root. `./x.js` is written for x.ts. */
function targetOf(file: SourceFile, { specifier }: Import): string {
  const target = posix.join(posix.dirname(file.path), specifier);
  const typescript = target.replace(/\.js$/, '.ts').replace(/\.mjs$/, '.mts');
  return existsSync(join(ROOT, typescript)) ? typescript : target;
}
const packageOf = (specifier: string): string => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
const isBuiltin = (specifier: string): boolean => specifier.startsWith('node:');
const told = (file: SourceFile, found: Import, law: string): string => `${file.path}:${found.line} imports ${found.specifier}: ${law}`;

/** What is wrong with one relative import; undefined if nothing. */
function judge(file: SourceFile, found: Import): string | undefined {
  const target = targetOf(file, found);
  if (!/\.(js|mjs|ts|json)$/.test(found.specifier)) return 'relative imports end in .js';
  if (!existsSync(join(ROOT, target))) return 'there is no such file';
  const folder = target.split('/')[0] as string;
  const law = laws[file.folder];
  if (law === undefined) return `give ${file.folder}/ a law in tests/laws/imports.test.ts`;
  if (folder === file.folder) return file.folder === 'models' ? judgeModel(file.path, target) : undefined;
  if (law.folders.includes(folder)) return undefined;
  if (law.types?.includes(folder) === true) return found.typeOnly ? undefined : `${file.folder}/ may import only types of ${folder}/: write \`import type\``;
  const allowed = [...law.folders, ...(law.types ?? []).map((name) => `types of ${name}`)].join(', ');
  return `${file.folder}/ may not import ${folder}/, only ${allowed === '' ? 'itself' : allowed}`;
}

/** A model is a folder: it knows itself and the interfaces beside it. */
function judgeModel(from: string, target: string): string | undefined {
  const [, fromModel, fromDeeper] = from.split('/') as [string, string, string?];
  const [, targetModel, targetDeeper] = target.split('/') as [string, string, string?];
  if (targetDeeper === undefined || fromModel === targetModel || from === 'models/index.ts') return undefined;
  return fromDeeper === undefined ? 'an interface of models/ may not import a model' : `the model ${fromModel} may not import the model ${targetModel}`;
}

test('floors: who may import whom', (t) => {
  const wrong = files.flatMap((file) =>
    file.imports.filter(isRelative).flatMap((found) => {
      const law = judge(file, found);
      return law === undefined ? [] : [told(file, found, law)];
    }),
  );
  t.deepEqual(wrong, []);
});

test('npm packages: each is a dependency, and of its floor', (t) => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
  const wrong = files.flatMap((file) =>
    file.imports
      .filter((found) => !isRelative(found) && !isBuiltin(found.specifier))
      .flatMap((found) => {
        const name = packageOf(found.specifier);
        const tools = file.folder === 'tests' || file.folder === 'bench' || !file.path.includes('/');
        const demanded = Object.entries(onDemand).some(([folder, names]) => file.path.startsWith(folder) && names.test(name));
        if (demanded && devDependencies?.[name] !== undefined) return found.typeOnly ? [] : [told(file, found, 'load it by `loadPackage`: not everyone has it')];
        if (builtinModules.includes(name)) return [told(file, found, `write node:${found.specifier}`)];
        if (dependencies?.[name] === undefined && !(tools && devDependencies?.[name] !== undefined)) {
          return [told(file, found, devDependencies?.[name] === undefined ? 'it is not in package.json' : 'a devDependency is for tests/ and bench/')];
        }
        const law = laws[file.folder]?.packages;
        if (law !== undefined && !law.includes(name) && alone[file.path] !== name) {
          return [told(file, found, `${file.folder}/ may import of npm only ${law.length === 0 ? 'nothing' : law.join(', ')}`)];
        }
        return [];
      }),
  );
  t.deepEqual(wrong, []);
});

/** Files in a circle of imports at run time (types may point both ways); undefined if there is none. */
function circle(): string[] | undefined {
  const graph = new Map(
    files.map((file) => [file.path, file.imports.filter((found) => isRelative(found) && !found.typeOnly && !found.dynamic).map((found) => targetOf(file, found))] as const),
  );
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    const seen = path.indexOf(file);
    if (seen >= 0) return [...path.slice(seen), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const target of graph.get(file) ?? []) {
      const found = visit(target);
      if (found !== undefined) return found;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const found = visit(file);
    if (found !== undefined) return found;
  }
  return undefined;
}

test('no circles between files', (t) => {
  t.deepEqual(circle(), undefined);
});

test('no console outside cli/', (t) => {
  const wrong = product
    .filter(({ folder }) => folder !== 'cli')
    .flatMap(({ path, source }) => {
      const tokens = tokensOf(source);
      return tokens.flatMap((token, at) => (token.kind === 'word' && token.text === 'console' && tokens[at + 1]?.text === '.' ? [`${path}:${token.line} writes to the console: give it to the meter, a receipt or an error`] : []));
    });
  t.deepEqual(wrong, []);
});

const hasName = ({ path, source }: SourceFile): boolean => {
  const name = basename(path).replace(/\.\w+$/, '');
  const exported = exportsOf(source);
  return exported.has(name) || exported.has(`${name.slice(0, 1).toUpperCase()}${name.slice(1)}`);
};

test('a file is called like an export of its own (types begin with a capital): operators/, sources/, sinks/writeX', (t) => {
  const named = product.filter(({ folder, path }) => /^(operators|sources)$/.test(folder) || path.startsWith('sinks/write')).filter(({ path }) => !path.endsWith('/index.ts'));
  const wrong = named.filter((file) => !hasName(file)).map(({ path, source }) => `${path} exports ${[...exportsOf(source)].join(', ')}`);
  t.true(named.length > 5);
  t.deepEqual(wrong, []);
});

test('every folder with source has a law', (t) => {
  const lawless = new Set(files.filter(({ path, folder }) => path.includes('/') && !(folder in laws)).map(({ path }) => dirname(path)));
  t.deepEqual([...lawless], []);
  t.true(files.length > 100);
});

const show = ({ specifier, typeOnly, dynamic }: Import): string => `${specifier}${typeOnly ? ' type' : ''}${dynamic ? ' dynamic' : ''}`;

test('the lexer: specifiers, types, dynamic imports; not in comments, strings, templates and regular expressions', (t) => {
  const source = `
import a from 'a'; import * as b from "b"; import { c, type C } from './c.js';
import type { D } from './d.js';
import './side.js';
export { e } from './e.js';
export * from './f.js'; export type { G } from './g.js'; export * as h from 'h';
export { local };
export type Local = 'from'; export const from = 'x';
// import 'comment';
/* import 'comment'; */
const text = "import 'string'", other = \`import 'template' \${await import('./dynamic.js')} import 'template'\`;
const regex = /import 'regex'["']/.test(x) ? a / b / c : "'";
type T = typeof import('./types.js');
const url = import.meta.url, object = { import: 'x', export: from };
loader.import('method');
import {
  multi,
  line,
} from './lines.js';
export default function () {}
import type from './type.js';
`;
  t.deepEqual(importsOf(source).map(show), [
    'a', 'b', './c.js', './d.js type', './side.js', './e.js', './f.js', './g.js type', 'h', './dynamic.js dynamic', './types.js type dynamic', './lines.js', './type.js',
  ]);
  t.is(importsOf(source).find(({ specifier }) => specifier === './lines.js')?.line, 19);
  t.deepEqual([...exportsOf('export const a = 1; export async function b() {} export { c, d }; export interface E {} export class F {}')], ['a', 'b', 'c', 'd', 'E', 'F']);
});
