/** Merges of byte-pair encoding that may still be done: the best score first, of equal ones the leftmost. A binary heap over arrays. */
export class MergeAgenda {
  readonly #scores: number[] = [];
  readonly #lefts: number[] = [];
  readonly #rights: number[] = [];
  readonly #sizes: number[] = [];
  /** The merge that `pop` has taken: its symbols, and how many bytes they had together when it was added. */
  left = 0;
  right = 0;
  size = 0;

  push(score: number, left: number, right: number, size: number): void {
    let at = this.#scores.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#before(score, left, above)) break;
      this.#move(above, at);
      at = above;
    }
    this.#put(at, score, left, right, size);
  }

  /** @returns whether there was one */
  pop(): boolean {
    const last = this.#scores.length - 1;
    if (last < 0) return false;
    [this.left, this.right, this.size] = [this.#lefts[0]!, this.#rights[0]!, this.#sizes[0]!];
    const score = this.#scores.pop()!;
    const left = this.#lefts.pop()!;
    const right = this.#rights.pop()!;
    const size = this.#sizes.pop()!;
    if (last === 0) return true;
    let at = 0;
    for (let below = 1; below < last; below = 2 * at + 1) {
      if (below + 1 < last && this.#before(this.#scores[below + 1]!, this.#lefts[below + 1]!, below)) below += 1;
      if (this.#before(score, left, below)) break;
      this.#move(below, at);
      at = below;
    }
    this.#put(at, score, left, right, size);
    return true;
  }

  #before(score: number, left: number, other: number): boolean {
    const theirs = this.#scores[other]!;
    return score > theirs || (score === theirs && left < this.#lefts[other]!);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#scores[from]!, this.#lefts[from]!, this.#rights[from]!, this.#sizes[from]!);
  }

  #put(at: number, score: number, left: number, right: number, size: number): void {
    this.#scores[at] = score;
    this.#lefts[at] = left;
    this.#rights[at] = right;
    this.#sizes[at] = size;
  }
}
