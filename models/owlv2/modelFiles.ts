import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelError } from '../modelError.js';

/** The graphs of a model folder: two halves that `split.py` made, or one public export. */
export type OwlGraphs = { readonly kind: 'split'; readonly text: string; readonly image: string } | { readonly kind: 'merged'; readonly model: string };

/** What a model folder holds, found and read but not yet judged. */
export interface ModelFiles {
  readonly directory: string;
  readonly graphs: OwlGraphs;
  readonly config: unknown;
  readonly preprocessorConfig: unknown;
  readonly tokenizer: unknown;
  readonly tokenizerConfig: unknown;
  /** sha256 (hex) over all of these files. */
  readonly digest: string;
}

const MERGED_NAMES = ['model.onnx', 'onnx/model.onnx', 'teacher.onnx'];
const JSON_NAMES = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'] as const;

/**
 * Finds and reads the files of an OWLv2 model folder. Nothing is downloaded.
 *
 * The graphs: `text.onnx` with `image.onnx` where both are there, otherwise the first of `model.onnx`, `onnx/model.onnx`, `teacher.onnx`.
 * Beside them the four JSON files of the Hugging Face layout. `directory` is a path or a `file:` URL.
 *
 * @throws ModelError that names the folder and what is missing in it
 */
export async function readModelFiles(directory: string): Promise<ModelFiles> {
  const folder = localFolder(directory);
  const graphs = findGraphs(folder);
  const read: Record<string, unknown> = {};
  for (const name of JSON_NAMES) read[name] = await readJson(folder, name);
  return {
    directory: folder,
    graphs,
    config: read['config.json'],
    preprocessorConfig: read['preprocessor_config.json'],
    tokenizer: read['tokenizer.json'],
    tokenizerConfig: read['tokenizer_config.json'],
    digest: await digestOf(folder, graphs),
  };
}

/** Reads one JSON file of a model folder, or says what it is for. */
export async function readJson(folder: string, name: (typeof JSON_NAMES)[number]): Promise<unknown> {
  const path = join(folder, name);
  if (!existsSync(path)) {
    throw new ModelError(`the model folder ${folder} has no ${name}; an OWLv2 model needs ${JSON_NAMES.join(', ')} beside its graph (copy them from where the model came from)`);
  }
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ModelError(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

/** The folder as a path; refuses other URLs, since nothing is downloaded, and what is no folder. */
export function localFolder(directory: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(directory)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'file') {
    throw new ModelError(`the model folder must be on this machine (a path or a file: URL), got ${directory}; nothing is downloaded: copy the folder here first`);
  }
  const folder = scheme === 'file' ? fileURLToPath(directory) : directory;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ModelError(`${folder} is not a folder; expected one with text.onnx and image.onnx, or with ${MERGED_NAMES.join(' or ')}`);
  }
  return folder;
}

function findGraphs(folder: string): OwlGraphs {
  const has = (name: string): boolean => existsSync(join(folder, name));
  if (has('text.onnx') && has('image.onnx')) return { kind: 'split', text: join(folder, 'text.onnx'), image: join(folder, 'image.onnx') };
  const merged = MERGED_NAMES.find(has);
  if (merged !== undefined) return { kind: 'merged', model: join(folder, merged) };
  const half = has('text.onnx') ? 'text.onnx but no image.onnx' : has('image.onnx') ? 'image.onnx but no text.onnx' : 'no model';
  throw new ModelError(`the model folder ${folder} has ${half}; expected text.onnx and image.onnx (made by models/tiny-owlv2/split.py), or ${MERGED_NAMES.join(' or ')}`);
}

/**
 * Files in a fixed order, each with its role and its length before its bytes, so that no two different sets of files make one stream. Roles
 * instead of names: the same graph found under another accepted name is the same model. Weights that a graph keeps outside itself count too.
 */
async function digestOf(folder: string, graphs: OwlGraphs): Promise<string> {
  const graphFiles = graphs.kind === 'split' ? [['text', graphs.text], ['image', graphs.image]] : [['merged', graphs.model]];
  const external = graphFiles.flatMap(([role, path]) => ['_data', '.data'].map((end) => [`${role}${end}`, `${path}${end}`])).filter(([, path]) => existsSync(path!));
  const files = [...graphFiles, ...external, ...JSON_NAMES.map((name) => [name, join(folder, name)])];
  const hash = createHash('sha256');
  for (const [role, path] of files) {
    hash.update(`${role}\0${statSync(path!).size}\0`);
    for await (const piece of createReadStream(path!)) hash.update(piece as Buffer);
  }
  return hash.digest('hex');
}
