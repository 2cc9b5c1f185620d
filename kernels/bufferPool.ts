/** What a buffer holds. */
export interface BufferKinds {
  readonly float32: Float32Array;
  readonly int32: Int32Array;
  readonly uint8: Uint8Array;
}
export type BufferKind = keyof BufferKinds;

/**
 * Typed arrays that are used again. A batch of every step has the same sizes, and a fresh array of that size costs the operating system a page fault for each
 * 4 KiB and the collector a walk. Who takes an array gives it back when nobody reads it any more; one that is not given back is only lost to the pool.
 */
export class BufferPool {
  readonly #free = new Map<string, BufferKinds[BufferKind][]>();
  /** Made so far. */
  made = 0;

  /** An array of this length, of any content. */
  take<K extends BufferKind>(kind: K, length: number): BufferKinds[K] {
    const there = this.#free.get(`${kind} ${length}`)?.pop();
    if (there !== undefined) return there as BufferKinds[K];
    this.made += 1;
    const made = kind === 'float32' ? new Float32Array(length) : kind === 'int32' ? new Int32Array(length) : new Uint8Array(length);
    return made as BufferKinds[K];
  }

  release(buffer: BufferKinds[BufferKind]): void {
    const name = `${kindOf(buffer)} ${buffer.length}`;
    const there = this.#free.get(name);
    if (there === undefined) this.#free.set(name, [buffer]);
    else there.push(buffer);
  }
}

export function kindOf(buffer: BufferKinds[BufferKind]): BufferKind {
  return buffer instanceof Float32Array ? 'float32' : buffer instanceof Int32Array ? 'int32' : 'uint8';
}
