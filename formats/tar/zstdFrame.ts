const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50; // to ...5f
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

/**
 * Finds where one zstd frame ends (RFC 8878, 3.1) without decompressing it.
 *
 * Node's decompressor (22.23) stops in silence after the first frame and when the data is cut, so frames are counted here.
 */
export class ZstdFrame {
  /** `end`: the whole frame was fed. `unknown`: it is no zstd frame. */
  #stage: 'magic' | 'skippable' | 'descriptor' | 'block' | 'end' | 'unknown' = 'magic';
  #skip = 0;
  #value = 0;
  #collected = 0;
  #need = 4;
  #checksumBytes = 0;

  get ended(): boolean {
    return this.#stage === 'end' && this.#skip === 0;
  }

  get unknown(): boolean {
    return this.#stage === 'unknown';
  }

  /**
   * Take in bytes of `piece` from `at` on. @returns where this frame's current block ends in it: never more than one block (128 KiB of output) at
   * a time, so that a small piece cannot expand without bound
   */
  feed(piece: Uint8Array, at: number): number {
    let boundary = false;
    while (at < piece.length && !boundary && !this.ended && !this.unknown) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, piece.length - at);
        this.#skip -= step;
        at += step;
        boundary = this.#skip === 0;
      } else {
        this.#value += piece[at++]! * 2 ** (8 * this.#collected);
        if (++this.#collected === this.#need) this.#field(this.#value);
      }
    }
    return at;
  }

  #field(value: number): void {
    this.#value = 0;
    this.#collected = 0;
    if (this.#stage === 'magic') {
      const skippable = value >= SKIPPABLE && value < SKIPPABLE + 16;
      this.#stage = value === MAGIC ? 'descriptor' : skippable ? 'skippable' : 'unknown';
      this.#need = skippable ? 4 : 1;
    } else if (this.#stage === 'skippable') {
      this.#skip = value;
      this.#stage = 'end';
    } else if (this.#stage === 'descriptor') {
      const singleSegment = (value & 0x20) !== 0;
      const contentSize = value >> 6 === 0 && singleSegment ? 1 : CONTENT_SIZE_BYTES[value >> 6]!;
      this.#skip = (singleSegment ? 0 : 1) + DICTIONARY_ID_BYTES[value & 3]! + contentSize;
      this.#checksumBytes = (value & 4) === 0 ? 0 : 4;
      this.#stage = 'block';
      this.#need = 3;
    } else {
      const [last, type, size] = [value & 1, (value >> 1) & 3, value >> 3];
      this.#skip = (type === 1 ? 1 : size) + (last ? this.#checksumBytes : 0);
      if (last) this.#stage = 'end';
    }
  }
}
