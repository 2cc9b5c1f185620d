import type { SequenceRoom } from './firstFit.js';

/**
 * Best fit decreasing: the examples from the longest to the shortest, each into the sequence that it leaves the least room in, by the first feature; of equal ones that
 * which has waited longest. Of several features all must have room. Equal lengths keep their order (specs/vision-language.md 2.2; arXiv 2404.10830).
 *
 * O(n + n capacity / 32): a counting sort, a queue of sequences for each room that is left, and a bit for each queue that is not empty.
 *
 * @param lengths for each example its tokens of each feature, none over its capacity
 * @returns for each sequence the places of its examples
 */
export function bestFitDecreasing(lengths: readonly (readonly number[])[], { capacities, maxExamples = Number.POSITIVE_INFINITY }: SequenceRoom): number[][] {
  const capacity = capacities[0] as number;
  const sequences: number[][] = [];
  const rooms: number[][] = [];
  const queues = new RoomQueues(capacity, lengths.length);
  for (const place of longestFirst(lengths, capacity)) {
    const needs = lengths[place] as readonly number[];
    const fits = (sequence: number): boolean => needs.every((need, feature) => (rooms[sequence]?.[feature] as number) >= need);
    let sequence = queues.take(needs[0] as number, fits);
    if (sequence === -1) {
      sequence = sequences.length;
      sequences.push([]);
      rooms.push([...capacities]);
    }
    const room = rooms[sequence] as number[];
    const examples = sequences[sequence] as number[];
    examples.push(place);
    let left = 0;
    for (let feature = 0; feature < room.length; feature += 1) left += room[feature] = (room[feature] as number) - (needs[feature] as number);
    if (left > 0 && examples.length < maxExamples) queues.add(room[0] as number, sequence);
  }
  return sequences;
}

/** Counting sort, stable. */
function longestFirst(lengths: readonly (readonly number[])[], capacity: number): Int32Array {
  const starts = new Int32Array(capacity + 2);
  for (const [first] of lengths) starts[capacity - (first as number) + 1] = (starts[capacity - (first as number) + 1] as number) + 1;
  for (let at = 1; at < starts.length; at += 1) starts[at] = (starts[at] as number) + (starts[at - 1] as number);
  const order = new Int32Array(lengths.length);
  for (const [place, [first]] of lengths.entries()) {
    const bucket = capacity - (first as number);
    order[starts[bucket] as number] = place;
    starts[bucket] = (starts[bucket] as number) + 1;
  }
  return order;
}

/** Open sequences by the room that is left in them; first in, first out. */
class RoomQueues {
  readonly #head: Int32Array;
  readonly #tail: Int32Array;
  readonly #next: Int32Array;
  /** Bit r: some sequence has room r left. */
  readonly #bits: Uint32Array;

  constructor(capacity: number, sequences: number) {
    this.#head = new Int32Array(capacity + 1).fill(-1);
    this.#tail = new Int32Array(capacity + 1).fill(-1);
    this.#next = new Int32Array(sequences).fill(-1);
    this.#bits = new Uint32Array((capacity >> 5) + 1);
  }

  add(room: number, sequence: number): void {
    this.#next[sequence] = -1;
    const tail = this.#tail[room] as number;
    if (tail === -1) this.#head[room] = sequence;
    else this.#next[tail] = sequence;
    this.#tail[room] = sequence;
    this.#bits[room >> 5] = (this.#bits[room >> 5] as number) | (1 << (room & 31));
  }

  /** Take out the first sequence that `fits`, by room from `least` up; -1 where there is none. */
  take(least: number, fits: (sequence: number) => boolean): number {
    for (let room = this.#from(least); room !== -1; room = this.#from(room + 1)) {
      let before = -1;
      for (let sequence = this.#head[room] as number; sequence !== -1; sequence = this.#next[sequence] as number) {
        if (fits(sequence)) {
          this.#remove(room, before, sequence);
          return sequence;
        }
        before = sequence;
      }
    }
    return -1;
  }

  #remove(room: number, before: number, sequence: number): void {
    const after = this.#next[sequence] as number;
    if (before === -1) this.#head[room] = after;
    else this.#next[before] = after;
    if (after === -1) this.#tail[room] = before;
    if (this.#head[room] === -1) this.#bits[room >> 5] = (this.#bits[room >> 5] as number) & ~(1 << (room & 31));
  }

  /** The least room from `room` up that some sequence has; -1 where none has. */
  #from(room: number): number {
    let word = room >> 5;
    if (word >= this.#bits.length) return -1;
    let bits = (this.#bits[word] as number) & (-1 << (room & 31));
    while (bits === 0) {
      word += 1;
      if (word >= this.#bits.length) return -1;
      bits = this.#bits[word] as number;
    }
    return word * 32 + 31 - Math.clz32(bits & -bits);
  }
}
