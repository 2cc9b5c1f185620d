import { StoreError, type ReadOptions } from './objectStore.js';

/**
 * The byte range `[start, end)` that `options` mean for an object of `bytes` bytes; an end beyond the object becomes its end.
 * @throws StoreError `bad-range`: not integers from 0 up, `end` before `start`, `start` beyond the object (exactly at its end is empty)
 */
export function byteRange(url: string, options: ReadOptions, bytes: number): { readonly start: number; readonly end: number } {
  const { start = 0, end = Math.max(start, bytes) } = options;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new StoreError('bad-range', url, `cannot read bytes [${start}, ${end}) of ${url}: start and end must be integers, 0 <= start <= end`);
  }
  if (start > bytes) {
    throw new StoreError('bad-range', url, `cannot read ${url} from byte ${start}: it has ${bytes} bytes; it changed, or the index or cursor belongs to another object`);
  }
  return { start, end: Math.min(end, bytes) };
}
