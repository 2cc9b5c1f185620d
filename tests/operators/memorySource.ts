import { onlyExtent } from '../../engine/deal.js';
import { isTombstone, type Element, type Sample } from '../../engine/sample.js';
import type { Extent, Itinerary, Source } from '../../engine/source.js';

const extentOf = (count: number): Extent => ({ index: 0, shard: 'memory', bytes: count, etag: 'memory' });

/** A source of one extent whose record n has the fields `fields[n]` and the key `n`. */
export function memorySource<F extends object>(fields: readonly F[]): Source<Sample & F> {
  const source: Source<Sample> = {
    name: 'memory',
    options: {},
    version: 1,
    plan: async () => [extentOf(fields.length)],
    async *open(_, from) {
      for (let record = from.record; record < fields.length; record += 1) {
        yield { key: String(record), record, byteOffset: record, next: { record: record + 1, byte: record + 1 }, fields: fields[record] as object };
      }
    },
  };
  return source as Source<Sample & F>;
}

/** What reads all of a `memorySource` once. */
export function wholeMemory(count: number): Itinerary {
  return onlyExtent(extentOf(count));
}

/** The samples among the elements, with what a pipeline of type `S` has. */
export function samplesOf<S extends Sample>(elements: readonly Element[]): S[] {
  return elements.filter((element) => !isTombstone(element)) as S[];
}
