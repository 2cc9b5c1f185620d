import { createHash } from 'node:crypto';
import { canonicalJson } from './json.js';
import type { Pipeline } from './pipeline.js';
import { UsageError } from './errors.js';
import type { Extent, StoresOf } from './source.js';

/** Everything that decides what a run puts out, as named lines; `digest` is their sha256. Budgets and worker counts are not in it. */
export interface Fingerprint {
  readonly digest: string;
  readonly lines: Readonly<Record<string, string>>;
}

export interface FingerprintInput {
  readonly seed: number;
  readonly lanes: number | 'one an extent';
  readonly extents: readonly Extent[];
  /** Where stages read what they take the digests of. @default none: such a stage is refused */
  readonly stores?: StoresOf;
  /** sha256 of the recipe's source files; undefined when the pipeline was made in code. */
  readonly recipe?: string;
}

export async function fingerprint(pipe: Pipeline, input: FingerprintInput): Promise<Fingerprint> {
  const tools = { stores: input.stores ?? noStores };
  const lines: Record<string, string> = {
    seed: String(input.seed),
    lanes: String(input.lanes),
    inputs: sha256(input.extents.map((extent) => canonicalJson({ ...extent, etag: undefined, index: undefined })).join('\n')),
  };
  // In words: an index that has come or gone since a checkpoint was saved is behind many a difference of inputs.
  if (input.lanes !== 'one an extent') lines.extents = `${input.extents.length}, ${input.extents.filter(({ sidecar }) => sidecar !== undefined).length} of them by an index`;
  if (input.recipe !== undefined) lines['recipe source'] = input.recipe;
  lines[`source ${pipe.source.name}`] = `v${pipe.source.version} ${canonicalJson(pipe.source.options)}`;
  for (const [index, stage] of pipe.stages.entries()) {
    const options = stage.options;
    lines[`stage ${index + 1} ${stage.name}`] = options === undefined ? 'rxjs' : `v${options.version ?? 1} ${canonicalJson(options.options ?? {})}`;
    for (const [name, digest] of Object.entries((await options?.digests?.(tools)) ?? {})) lines[`${stage.name}: ${name}`] = digest;
  }
  return { digest: sha256(canonicalJson(lines)), lines };
}

const noStores: StoresOf = (url) => {
  throw new UsageError(`no stores, cannot open ${url}`);
};

/** What differs, line by line, for people; empty when the two are equal. */
export function fingerprintDifference(saved: Fingerprint, now: Fingerprint): string[] {
  const names = [...new Set([...Object.keys(saved.lines), ...Object.keys(now.lines)])];
  return names
    .filter((name) => saved.lines[name] !== now.lines[name])
    .map((name) => `${name}: was ${clip(saved.lines[name])}, is now ${clip(now.lines[name])}`);
}

function clip(text: string | undefined): string {
  if (text === undefined) return '(absent)';
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}
