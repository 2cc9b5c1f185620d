import { expandBraces, hasBraces } from './expandBraces.js';
import { mapBounded } from './mapBounded.js';
import { StoreError, type ObjectInfo } from './objectStore.js';
import { schemeOf } from './schemeOf.js';
import type { Stores } from './stores.js';
import { urlGlob, type UrlGlob } from './urlGlob.js';

export { expandBraces } from './expandBraces.js';

/** How many missing names an error spells out. */
const NAMES_SHOWN = 5;

/** These have no list of objects, and `*`, `?`, `[` are ordinary characters in their URLs. */
const UNLISTED = new Set(['http', 'https']);

/**
 * The objects that an input of a pipeline means, in the order written: patterns separated by `::`, each with braces (@see expandBraces) and,
 * where the store can list, wildcards (@see urlGlob), whose matches come sorted by URL. Every object is there when this resolves.
 *
 *   expandUrls('s3://web/{000000..012345}.tar', stores)
 *   expandUrls('cc12m/*.tar::laion/{a,b}/**\/*.tar', stores)
 *
 * @throws StoreError `not-found` for names that are missing (how many, and the first) and wildcards without a match; `is-directory` for a
 * folder; `bad-url` for an empty pattern and a URL that comes twice
 */
export async function expandUrls(pattern: string | readonly string[], stores: Stores): Promise<ObjectInfo[]> {
  const patterns = (typeof pattern === 'string' ? [pattern] : pattern).flatMap(splitList);
  if (patterns.length === 0) throw new StoreError('bad-url', '', 'the list of inputs is empty');
  const found = await expandAll(patterns, stores);
  const seen = new Set<string>();
  for (const { url } of found) {
    if (seen.has(url)) throw new StoreError('bad-url', url, `${url} comes twice in the list of inputs; its samples would count twice. To weigh or repeat an input, use mix or epochs`);
    seen.add(url);
  }
  return found;
}

/** Splits at `::`, but not in the host of `http://[::1]/`. */
function splitList(list: string): string[] {
  const parts = list.replace(/(:\/\/\[[^\]/]*\])|::/g, (_, host?: string) => host ?? '\0').split('\0');
  if (parts.includes('')) throw new StoreError('bad-url', list, `an empty name in the list of inputs ${JSON.stringify(list)}`);
  return parts;
}

async function expandAll(patterns: readonly string[], stores: Stores): Promise<ObjectInfo[]> {
  const found: ObjectInfo[][] = [];
  for (const pattern of patterns) found.push(await expandPattern(pattern, stores));
  return found.flat();
}

async function expandPattern(pattern: string, stores: Stores): Promise<ObjectInfo[]> {
  const names = expandBraces(pattern);
  const isList = hasBraces(pattern);
  const found = await mapBounded(names, async (name): Promise<readonly ObjectInfo[] | undefined> => {
    const glob = globOf(name);
    if (glob !== undefined) return await listMatches(name, glob, stores);
    try {
      return [await stores(name).stat(name)];
    } catch (error) {
      if (isList && error instanceof StoreError && error.code === 'not-found') return undefined;
      throw error;
    }
  });
  const missing = names.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) {
    const shown = missing.slice(0, NAMES_SHOWN).join(', ') + (missing.length > NAMES_SHOWN ? ', ...' : '');
    throw new StoreError('not-found', missing[0]!, `${missing.length} of the ${names.length} objects of ${pattern} are missing: ${shown}; check the range`);
  }
  return found.flatMap((infos) => infos ?? []);
}

function globOf(name: string): UrlGlob | undefined {
  const scheme = schemeOf(name);
  if (scheme !== undefined && UNLISTED.has(scheme)) return undefined;
  // The file store lists URLs in their encoded spelling.
  return urlGlob(scheme === 'file' ? name.replace(/[^\x21-\x7e]+/g, encodeURIComponent) : name);
}

async function listMatches(pattern: string, { prefix, maxDepth, matches }: UrlGlob, stores: Stores): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  for await (const info of stores(pattern).list(prefix, maxDepth === undefined ? {} : { maxDepth })) {
    if (matches(info.url)) found.push(info);
  }
  if (found.length === 0) throw new StoreError('not-found', pattern, `no object matches ${pattern}; check the folder and the ending`);
  return found;
}
