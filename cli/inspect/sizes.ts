/** Bytes of a kind of file. */
export interface SizeSummary {
  readonly minBytes: number;
  /** The lower one of two in the middle. */
  readonly medianBytes: number;
  readonly maxBytes: number;
}

/** Sizes with how often each came: exact, and small, because files of millions of samples share their sizes. */
export class Sizes {
  readonly #counts = new Map<number, number>();
  #total = 0;

  add(bytes: number): void {
    this.#counts.set(bytes, (this.#counts.get(bytes) ?? 0) + 1);
    this.#total += 1;
  }

  summary(): SizeSummary {
    const sorted = [...this.#counts].toSorted(([a], [b]) => a - b);
    let left = Math.ceil(this.#total / 2);
    const middle = sorted.find(([, count]) => (left -= count) <= 0);
    return { minBytes: sorted[0]?.[0] ?? 0, medianBytes: middle?.[0] ?? 0, maxBytes: sorted.at(-1)?.[0] ?? 0 };
  }
}
