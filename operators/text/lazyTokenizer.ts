import { UsageError } from '../../engine/errors.js';
import { sha256 } from '../../engine/fingerprint.js';
import type { StoresOf } from '../../engine/stage.js';
import { readTokenizer, type ReadTokenizerOptions } from '../../formats/tokenizer/readTokenizer.js';
import type { Tokenizer } from '../../formats/tokenizer/tokenizer.js';
import { TokenizerError } from '../../formats/tokenizer/tokenizerError.js';
import { StoreError } from '../../storage/objectStore.js';

/** A tokenizer and the sha256 (hex) of its file. */
export interface LoadedTokenizer {
  readonly tokenizer: Tokenizer;
  readonly digest: string;
}

/** The largest public vocabulary (Gemma's tokenizer.json) has 35 MB. */
const MAX_BYTES = 256 * 2 ** 20;

/** What each run has loaded: its stages and lanes share one tokenizer a file. A run is told by its stores. */
const loadedByRun = new WeakMap<StoresOf, Map<string, Promise<LoadedTokenizer>>>();

/**
 * A tokenizer that is read when it is first asked for, through the stores of the run that asks. A reading that failed is tried again by the next call.
 *
 * @throws UsageError, when it is asked for, where there is no such file or it is no tokenizer; a store's passing troubles as they are
 */
export function lazyTokenizer(stage: string, url: string, options: ReadTokenizerOptions): (stores: StoresOf) => Promise<LoadedTokenizer> {
  if (typeof url !== 'string' || url === '') throw new UsageError(`${stage}: \`tokenizer\` must be the path or URL of a tokenizer's file, got ${JSON.stringify(url)}`);
  const what = JSON.stringify([url, options.extraPieces ?? []]);
  return (stores) => {
    let run = loadedByRun.get(stores);
    if (run === undefined) loadedByRun.set(stores, (run = new Map()));
    let loading = run.get(what);
    if (loading === undefined) {
      loading = load(stage, url, options, stores);
      run.set(what, loading);
      const forget = run;
      loading.catch(() => forget.delete(what));
    }
    return loading;
  };
}

async function load(stage: string, url: string, options: ReadTokenizerOptions, stores: StoresOf): Promise<LoadedTokenizer> {
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of stores(url).read(url)) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new TokenizerError(`the file has more than ${MAX_BYTES} bytes: no tokenizer is as large`);
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    return { tokenizer: readTokenizer(bytes, options), digest: sha256(bytes) };
  } catch (cause) {
    const lasting = cause instanceof TokenizerError || (cause instanceof StoreError && cause.code !== 'transient');
    throw lasting ? new UsageError(`${stage}: \`tokenizer\` ${url}: ${cause.message}`, { cause }) : cause;
  }
}
