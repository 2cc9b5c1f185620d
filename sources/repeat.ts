import { UsageError } from '../engine/errors.js';
import type { Sample } from '../engine/sample.js';
import type { Source } from '../engine/source.js';

/**
 * Read a source several times over, each epoch in its own order. `Infinity` repeats without end. In a generation run, where a lane is one
 * extent, every extent is read once whatever the number.
 *
 * @throws UsageError unless `epochs` is a whole number from 1 up, or Infinity
 */
export function repeat<S extends Sample>(source: Source<S>, epochs: number = Number.POSITIVE_INFINITY): Source<S> {
  if (epochs !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(epochs) && epochs >= 1)) {
    throw new UsageError(`repeat: \`epochs\` must be a whole number from 1 up, or Infinity, got ${epochs}`);
  }
  if (source.inputs !== undefined) throw new UsageError(`repeat: repeat the inputs of ${source.name}, or let it stop \`forever\``);
  return { ...source, options: { ...source.options, epochs: String(epochs) }, epochs };
}
