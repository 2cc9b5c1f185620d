import { FingerprintError, UsageError } from '../engine/errors.js';
import { fingerprintDifference, type Fingerprint } from '../engine/fingerprint.js';
import type { GenerationPlan } from '../engine/sink.js';
import type { Extent } from '../engine/source.js';
import { StoreError, type ObjectStore } from '../storage/objectStore.js';
import { readIfThere, type OutputLayout } from './outputLayout.js';

/** `_millrace/plan.json`: what the run is going to do. Etags stand here and not in the fingerprint, because a copy of an input is the same input. */
export interface SavedPlan {
  readonly version: 1;
  readonly fingerprint: Fingerprint;
  readonly extents: readonly Pick<Extent, 'index' | 'shard' | 'bytes' | 'etag' | 'records'>[];
}

/** An output that cannot be one: no right, no such store, a file in the way. A person has to change the URL or the folder. */
export function unusable(error: unknown): unknown {
  return error instanceof StoreError && ['denied', 'bad-url', 'is-directory', 'not-found'].includes(error.code) ? new UsageError(error.message, { cause: error }) : error;
}

/** Write the plan, or compare it with the one that is there. */
export async function preparePlan(store: ObjectStore, layout: OutputLayout, plan: GenerationPlan): Promise<void> {
  const saved: SavedPlan = {
    version: 1,
    fingerprint: plan.fingerprint,
    extents: plan.extents.map(({ index, shard, bytes, etag, records }) => ({ index, shard, bytes, etag, ...(records === undefined ? {} : { records }) })),
  };
  const there = await readPlan(store, layout);
  if (there === undefined) {
    for await (const object of store.list(layout.root)) {
      if (/\.tar$|_stats\.json$/.test(object.url)) {
        if ((await readPlan(store, layout)) !== undefined) return preparePlan(store, layout, plan); // another runner began meanwhile
        throw new UsageError(`${layout.root} is no output of Millrace (no ${layout.plan}) but holds ${object.url}; choose an empty output`);
      }
    }
    if (await store.createOnce(layout.plan, new TextEncoder().encode(`${JSON.stringify(saved, undefined, 1)}\n`))) return;
    return preparePlan(store, layout, plan);
  }
  if (there.fingerprint.digest === saved.fingerprint.digest) {
    const changed = saved.extents.filter((extent) => there.extents[extent.index]?.etag !== extent.etag);
    if (changed.length === 0) return;
    throw new UsageError(
      `${changed.length} of ${saved.extents.length} inputs changed since ${layout.root} was begun, such as ${changed[0]?.shard} ` +
        `(etag ${there.extents[changed[0]?.index ?? 0]?.etag}, now ${changed[0]?.etag}); old and new must not mix: write to another output`,
    );
  }
  throw new FingerprintError(
    `${layout.root} holds the work of another recipe, and the two must not mix:\n  ${fingerprintDifference(there.fingerprint, saved.fingerprint).join('\n  ')}\n` +
      'Write to another output, or go back to the recipe, options and inputs that it was begun with.',
  );
}

export async function readPlan(store: ObjectStore, layout: OutputLayout): Promise<SavedPlan | undefined> {
  const bytes = await readIfThere(store, layout.plan).catch((error: unknown) => {
    throw unusable(error);
  });
  if (bytes === undefined) return undefined;
  try {
    const plan = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as SavedPlan;
    const { version, extents, fingerprint } = plan;
    const whole = (extent: SavedPlan['extents'][number]): boolean => Number.isSafeInteger(extent?.index) && typeof extent.shard === 'string' && typeof extent.etag === 'string' && Number.isSafeInteger(extent.bytes);
    if (version === 1 && Array.isArray(extents) && extents.every(whole) && typeof fingerprint?.digest === 'string' && typeof fingerprint.lines === 'object') return plan;
  } catch (cause) {
    throw new UsageError(`${layout.plan} is damaged: ${(cause as Error).message}`, { cause });
  }
  throw new UsageError(`${layout.plan} is not a plan of this version of Millrace`);
}
