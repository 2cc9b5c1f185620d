/** Latencies kept for each size; the oldest go. */
const KEPT = 200;
/** Below this many nothing is known. */
const ENOUGH = 20;

/** How long reads take, by their size (within a factor of 16), to tell the slow ones. */
export class Latency {
  readonly #bySize = new Map<number, number[]>();

  add(bytes: number, ms: number): void {
    const kept = this.#of(bytes);
    if (kept.length >= KEPT) kept.shift();
    kept.push(ms);
  }

  /** 95 % of the reads of this size took less, in milliseconds; undefined while there were too few. */
  p95(bytes: number): number | undefined {
    const kept = this.#of(bytes);
    if (kept.length < ENOUGH) return undefined;
    return kept.toSorted((a, b) => a - b)[Math.floor(kept.length * 0.95)];
  }

  #of(bytes: number): number[] {
    const size = Math.floor(Math.log2(Math.max(1, bytes)) / 4);
    let kept = this.#bySize.get(size);
    if (kept === undefined) this.#bySize.set(size, (kept = []));
    return kept;
  }
}
