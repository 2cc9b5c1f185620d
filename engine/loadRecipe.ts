import { stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { messageOf, UsageError } from './errors.js';
import { sha256 } from './fingerprint.js';
import { isRecipe, type Recipe } from './recipe.js';

export interface LoadedRecipe {
  readonly recipe: Recipe;
  readonly path: string;
  /** sha256 of the recipe and the files of its own that it imports, bundled; packages and Millrace itself stay outside. */
  readonly digest: string;
}

const PACKAGE_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Load a pipeline file. @throws UsageError when it is missing, does not compile, or its default export is no recipe */
export async function loadRecipe(path: string): Promise<LoadedRecipe> {
  const file = resolve(path);
  const there = await stat(file).catch(() => undefined);
  if (there?.isFile() !== true) throw new UsageError(`no recipe ${path}: ${there === undefined ? 'there is no such file' : 'it is not a file'}`);
  const digest = await bundleDigest(file, path);
  let loaded: { default?: unknown };
  try {
    loaded = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    throw new UsageError(`the recipe ${path} cannot be loaded: ${messageOf(cause)}`, { cause });
  }
  // A file in a package without "type": "module" is loaded as CommonJS: its exports stand one level deeper.
  const exported = isRecipe(loaded.default) ? loaded.default : (loaded.default as { default?: unknown } | undefined)?.default;
  if (!isRecipe(exported)) throw new UsageError(`the recipe ${path} must export its pipeline: export default definePipeline({ ... }, ({ params }) => pipeline(...))`);
  return { recipe: exported, path: file, digest };
}

async function bundleDigest(file: string, path: string): Promise<string> {
  try {
    const result = await build({
      entryPoints: [file],
      absWorkingDir: dirname(file),
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      legalComments: 'none',
      minifyWhitespace: true,
      logLevel: 'silent',
      plugins: [outsideMillrace],
    });
    return sha256(result.outputFiles[0]?.contents ?? '');
  } catch (cause) {
    const errors = (cause as { errors?: { text: string; location?: { file: string; line: number; column: number } | null }[] }).errors ?? [];
    const first = errors[0];
    const where = first?.location === undefined || first.location === null ? '' : `${first.location.file}:${first.location.line}:${first.location.column + 1}: `;
    throw new UsageError(`the recipe ${path} does not compile: ${where}${first?.text ?? messageOf(cause)}`, { cause });
  }
}

/** Millrace's own files are covered by the stages' versions; recipes under pipelines/ are the user's. */
const outsideMillrace: Plugin = {
  name: 'outside-millrace',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
      const inside = relative(PACKAGE_ROOT, resolve(resolveDir, path));
      const ours = !inside.startsWith('..') && !inside.startsWith(`pipelines${sep}`) && !inside.startsWith(`tests${sep}`) && !inside.startsWith(`out${sep}`);
      return ours ? { path: `millrace:${inside.split(sep).join('/')}`, external: true } : undefined;
    });
  },
};
