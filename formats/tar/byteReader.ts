const EMPTY = new Uint8Array(0);

/**
 * Reads a stream of chunks as exact runs of bytes: a view where the run lies within one chunk, else a fresh copy.
 *
 * It keeps no buffer of its own that is written twice, so a view stays valid for as long as the producer leaves its chunks alone.
 * `takeNow` and `skipNow` answer without a promise when the bytes are already here: headers of small members cost no microtask.
 */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  #offset: number;
  #ended = false;

  /** @param offset - byte offset of the first chunk in the whole object, bytes */
  constructor(chunks: AsyncIterable<Uint8Array>, offset = 0) {
    this.#source = chunks[Symbol.asyncIterator]();
    this.#offset = offset;
  }

  /** Byte offset of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  /** The next `length` bytes when they lie in the chunk at hand, else undefined (and nothing is consumed). */
  takeNow(length: number): Uint8Array | undefined {
    if (this.#chunk.length - this.#at < length) return undefined;
    const view = new Uint8Array(this.#chunk.buffer, this.#chunk.byteOffset + this.#at, length);
    this.#at += length;
    this.#offset += length;
    return view;
  }

  /** The next `length` bytes; fewer only at the end of the input. */
  async take(length: number): Promise<Uint8Array> {
    if (this.#at === this.#chunk.length && !(await this.#pull())) return EMPTY;
    const whole = this.takeNow(length);
    if (whole !== undefined) return whole;
    // Not zero-filled: every byte is written below, or cut off by the subarray. Its memory is touched only as bytes arrive, so a hostile size
    // in a short archive costs address space and no more.
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    let filled = 0;
    while (filled < length) {
      if (this.#at === this.#chunk.length && !(await this.#pull())) return bytes.subarray(0, filled);
      const part = this.takeNow(Math.min(length - filled, this.#chunk.length - this.#at))!;
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  /** Up to `length` bytes without consuming them; fewer only at the end of the input. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.#chunk.length - this.#at < length) {
      const rest = this.#chunk.subarray(this.#at);
      if (!(await this.#pull())) {
        this.#chunk = rest;
        break;
      }
      if (rest.length > 0) this.#chunk = Buffer.concat([rest, this.#chunk]);
    }
    return this.#chunk.subarray(this.#at, this.#at + length);
  }

  /** What is left of the chunk at hand, or the next chunk; undefined at the end of the input. */
  async takeChunk(): Promise<Uint8Array | undefined> {
    if (this.#at === this.#chunk.length && !(await this.#pull())) return undefined;
    return this.takeNow(this.#chunk.length - this.#at);
  }

  /** Step over `length` bytes when they lie in the chunk at hand; false: they do not, and nothing is consumed. */
  skipNow(length: number): boolean {
    if (this.#chunk.length - this.#at < length) return false;
    this.#at += length;
    this.#offset += length;
    return true;
  }

  /** Step over `length` bytes. @returns how many there were; fewer only at the end of the input */
  async skip(length: number): Promise<number> {
    let left = length;
    while (left > 0 && (this.#at < this.#chunk.length || (await this.#pull()))) {
      const step = Math.min(left, this.#chunk.length - this.#at);
      this.skipNow(step);
      left -= step;
    }
    return length - left;
  }

  /** Tell the producer that nothing more will be read. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#source.return?.();
  }

  async #pull(): Promise<boolean> {
    while (!this.#ended) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await this.#source.next();
      } catch (error) {
        this.#ended = true;
        throw error;
      }
      if (next.done) {
        this.#ended = true;
      } else if (next.value.length > 0) {
        this.#chunk = next.value;
        this.#at = 0;
        return true;
      }
    }
    this.#chunk = EMPTY;
    this.#at = 0;
    return false;
  }
}
