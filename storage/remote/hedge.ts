import { Latency } from './latency.js';
import type { StoreMeter } from './storeMeter.js';

/**
 * Sends a slow read a second time and takes whichever comes first (Dean and Barroso, "The Tail at Scale", 2013): when it has taken longer than 95 %
 * of the reads of its size, and only while hedges stay below `share` of all requests, so that a store that is slow as a whole is not asked twice.
 */
export class Hedge {
  readonly #latency = new Latency();

  constructor(readonly share: number, readonly meter: StoreMeter) {}

  /** @throws what the reads threw, when all that were sent failed; the loser is aborted */
  async run<T>(bytes: number, signal: AbortSignal | undefined, read: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
    const began = performance.now();
    const slow = this.share === 0 ? undefined : this.#latency.p95(bytes);
    try {
      return await (slow === undefined ? read(signal) : this.#hedged(slow, signal, read));
    } finally {
      this.#latency.add(bytes, performance.now() - began);
    }
  }

  async #hedged<T>(slow: number, signal: AbortSignal | undefined, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    /** Of those on their way: what has ended well must not be aborted, or its connection is closed. */
    const ends = new Set<AbortController>();
    const endAll = (): void => ends.forEach((end) => end.abort(signal?.reason));
    signal?.addEventListener('abort', endAll, { once: true }); // AbortSignal.any costs a tenth of a small read
    const send = (): Promise<T> => {
      const end = new AbortController();
      ends.add(end);
      return read(end.signal).finally(() => ends.delete(end));
    };
    let timer: NodeJS.Timeout | undefined;
    try {
      const first = send();
      const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, slow, 'late')));
      const early = await Promise.race([first.then((value) => ({ value })), late]);
      if (early !== 'late') return early.value;
      if (this.meter.hedges + 1 > this.meter.requests * this.share) return await first;
      this.meter.hedges += 1;
      this.meter.requests += 1;
      const second = send().then((value) => {
        this.meter.hedgesWon += 1;
        return value;
      });
      return await Promise.any([first, second]).catch((error: unknown) => {
        throw error instanceof AggregateError ? error.errors[0] : error;
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', endAll);
      for (const end of ends) end.abort();
    }
  }
}
