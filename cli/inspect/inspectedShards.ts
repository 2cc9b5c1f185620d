import { UsageError } from '../../engine/errors.js';
import { parseMark } from '../../sinks/mark.js';
import { outputLayout, readIfThere } from '../../sinks/outputLayout.js';
import { readPlan } from '../../sinks/planFile.js';
import { expandUrls } from '../../storage/expandUrls.js';
import { StoreError } from '../../storage/objectStore.js';
import type { Stores } from '../../storage/stores.js';

export interface InspectedShards {
  readonly shards: readonly { readonly url: string; readonly bytes: number }[];
  /** Set where the URL is the output of a run: its lanes, those with a mark, and what is wrong with marks and parts. */
  readonly output?: { readonly lanes: number; readonly finished: number };
  readonly wrong: readonly { readonly code: string; readonly shard: string; readonly message: string }[];
}

/**
 * The shards that `inspect` is asked for: of an output folder of ours the marked parts, as a reader of ours sees it; otherwise names with braces,
 * globs and `::`.
 *
 * @throws UsageError where there is nothing, or nothing that can be read
 */
export async function inspectedShards(url: string, stores: Stores): Promise<InspectedShards> {
  try {
    return (await outputShards(url, stores)) ?? { shards: (await expandUrls(url, stores)).map(({ url: shard, bytes }) => ({ url: shard, bytes })), wrong: [] };
  } catch (error) {
    if (error instanceof StoreError && error.code !== 'transient') throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

async function outputShards(url: string, stores: Stores): Promise<InspectedShards | undefined> {
  if (url.includes('::')) return undefined;
  const store = stores(url);
  const layout = outputLayout(url);
  const isThere = await store.stat(layout.plan).then(
    () => true,
    (error: unknown) => {
      if (error instanceof StoreError && error.code !== 'transient') return false;
      throw error;
    },
  );
  const plan = isThere ? await readPlan(store, layout) : undefined;
  if (plan === undefined) return undefined;
  const shards: { url: string; bytes: number }[] = [];
  const wrong: InspectedShards['wrong'][number][] = [];
  let finished = 0;
  for (const extent of plan.extents) {
    const bytes = await readIfThere(store, layout.mark(extent.index));
    if (bytes === undefined) continue;
    const mark = parseMark(bytes);
    if (typeof mark === 'string') {
      wrong.push({ code: 'mark-damaged', shard: layout.mark(extent.index), message: `${mark}; millrace verify says more` });
      continue;
    }
    finished += 1;
    for (const part of mark.millrace.parts) {
      const shard = layout.at(part.name);
      const there = await store.stat(shard).catch((error: unknown) => {
        if (error instanceof StoreError && error.code === 'not-found') return undefined;
        throw error;
      });
      if (there === undefined) wrong.push({ code: 'part-missing', shard, message: `it is not there, though ${layout.mark(extent.index)} lists it` });
      else shards.push({ url: shard, bytes: there.bytes });
    }
  }
  return { shards, output: { lanes: plan.extents.length, finished }, wrong };
}
