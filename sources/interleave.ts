import { checkInteger } from '../engine/check.js';
import { UsageError } from '../engine/errors.js';
import type { Sample } from '../engine/sample.js';
import type { Source } from '../engine/source.js';

/**
 * Read several extents of a lane at a time, one record of each in turn, so that neighbours in a shard come apart before any shuffle window.
 *
 * Costs one open shard (and its read-ahead) for each; a resume opens each at its own record.
 *
 * @param extents how many at a time, in each lane
 */
export function interleave<S extends Sample>(source: Source<S>, extents: number): Source<S> {
  checkInteger('interleave', 'extents', extents, 1, 1024);
  if (source.inputs !== undefined) throw new UsageError(`interleave: interleave the inputs of ${source.name} instead`);
  return { ...source, options: { ...source.options, interleave: extents }, interleave: extents };
}
