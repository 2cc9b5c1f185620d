/**
 * A set of byte strings with numbers, for walking text byte by byte: a double-array trie. From node n the byte b leads to `base[n] ^ b`, if
 * `parent` of that is n. The root is node 0.
 */
export interface ByteTrie {
  readonly base: Int32Array;
  /** Negative where there is no node, and of the root. */
  readonly parent: Int32Array;
  /** The number of the string that ends at a node, or -1. */
  readonly value: Int32Array;
}

/** How many free places are tried before a new block of 256 is begun: keeps building linear, at the price of some empty places. */
const TRIES = 32;
const FREE = -1;
/** The parent of the root: no node, so that no byte leads back to it. */
const ROOT = -2;

/** @param entries distinct strings, each taken as UTF-8, with their numbers (0 up) */
export function byteTrie(entries: Iterable<readonly [string, number]>): ByteTrie {
  // Any order that keeps equal beginnings together will do; that of UTF-16 does, also in bytes.
  const sorted = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const encoder = new TextEncoder();
  const keys = sorted.map(([key]) => encoder.encode(key));
  const places = new Places();
  places.grow();
  places.take(0, ROOT);
  const stack = [{ node: 0, from: 0, to: keys.length, depth: 0 }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, to, depth } = top;
    let { from } = top;
    if (from < to && keys[from]!.length === depth) places.value[node] = sorted[from++]![1];
    if (from === to) continue;
    const children: number[] = [];
    const starts: number[] = [];
    for (let at = from; at < to; at += 1) {
      const byte = keys[at]![depth]!;
      if (byte === children.at(-1)) continue;
      children.push(byte);
      starts.push(at);
    }
    const base = places.find(children);
    places.base[node] = base;
    children.forEach((byte, nth) => {
      places.take(base ^ byte, node);
      stack.push({ node: base ^ byte, from: starts[nth]!, to: starts[nth + 1] ?? to, depth: depth + 1 });
    });
  }
  return { base: Int32Array.from(places.base), parent: Int32Array.from(places.parent), value: Int32Array.from(places.value) };
}

/** The arrays while they grow, by blocks of 256, and the free places as a list in both directions. */
class Places {
  readonly base: number[] = [];
  readonly parent: number[] = [];
  readonly value: number[] = [];
  readonly #next: number[] = [];
  readonly #before: number[] = [];
  #first = -1;
  #last = -1;

  /** A base from which all of these bytes lead to free places; these are of one block, since a byte changes the low 8 bits alone. */
  find(bytes: readonly number[]): number {
    // A single byte goes anywhere and fills the gaps; several want room, which is at the end.
    if (bytes.length === 1 && this.#first >= 0) return this.#first ^ bytes[0]!;
    let place = this.#last;
    for (let tries = 0; tries < TRIES && place >= 0; tries += 1) {
      const base = place ^ bytes[0]!;
      if (bytes.every((byte) => this.parent[base ^ byte] === FREE)) return base;
      place = this.#before[place]!;
    }
    return this.grow();
  }

  take(place: number, parent: number): void {
    const [before, next] = [this.#before[place]!, this.#next[place]!];
    if (before < 0) this.#first = next;
    else this.#next[before] = next;
    if (next < 0) this.#last = before;
    else this.#before[next] = before;
    this.parent[place] = parent;
  }

  /** A new block; its first place. */
  grow(): number {
    const start = this.parent.length;
    for (let place = start; place < start + 256; place += 1) {
      this.base.push(0);
      this.parent.push(FREE);
      this.value.push(-1);
      this.#before.push(this.#last);
      this.#next.push(-1);
      if (this.#last < 0) this.#first = place;
      else this.#next[this.#last] = place;
      this.#last = place;
    }
    return start;
  }
}
