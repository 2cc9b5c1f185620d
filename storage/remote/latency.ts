/** Latencies kept for each size; the oldest go. */
const KEPT = 200;
/** The 95th percentile is counted anew after so many. */
const RECOUNT = 16;
/** Below this many nothing is known. */
const ENOUGH = 20;

interface Kept {
  readonly latest: number[];
  added: number;
  p95: number | undefined;
}

/** How long reads take, by their size (within a factor of 16), to tell the slow ones. */
export class Latency {
  readonly #bySize = new Map<number, Kept>();

  add(bytes: number, ms: number): void {
    const kept = this.#of(bytes);
    kept.latest[kept.added % KEPT] = ms;
    kept.added += 1;
    if (kept.added >= ENOUGH && (kept.p95 === undefined || kept.added % RECOUNT === 0)) kept.p95 = kept.latest.toSorted((a, b) => a - b)[Math.floor(kept.latest.length * 0.95)];
  }

  /** 95 % of the reads of this size took less, in milliseconds; undefined while there were too few. */
  p95(bytes: number): number | undefined {
    return this.#of(bytes).p95;
  }

  #of(bytes: number): Kept {
    const size = Math.floor(Math.log2(Math.max(1, bytes)) / 4);
    let kept = this.#bySize.get(size);
    if (kept === undefined) this.#bySize.set(size, (kept = { latest: [], added: 0, p95: undefined }));
    return kept;
  }
}
