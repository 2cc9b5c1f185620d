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
  async run<T>(bytes: number, signal: AbortSignal | undefined, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const began = performance.now();
    const ends: AbortController[] = [];
    const send = (): Promise<T> => {
      const end = new AbortController();
      ends.push(end);
      return read(signal === undefined ? end.signal : AbortSignal.any([signal, end.signal]));
    };
    const slow = this.#latency.p95(bytes);
    const first = send();
    let timer: NodeJS.Timeout | undefined;
    try {
      if (slow === undefined || this.share === 0) return await first;
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
      this.#latency.add(bytes, performance.now() - began);
      for (const end of ends) end.abort();
    }
  }
}
