const TOLERANCE = 1e-9;

/** Shares of the records of one shard, as JSON: records with a whole share as a bitmap, record `first` in the lowest bit of its first byte. */
export interface SavedShares {
  /** A multiple of 8. */
  readonly first: number;
  /** Base64. */
  readonly whole: string;
  /** Records with another share than 1: `[record, share]`. */
  readonly other: readonly (readonly [number, number])[];
}

/** How much of each record of a shard is accounted for: 1 when it is whole. A bit for each whole record, a number for the others alone. */
export class Shares implements Iterable<readonly [record: number, share: number]> {
  #whole = new Uint8Array(0);
  readonly #other = new Map<number, number>();

  add(record: number, share: number): void {
    const sum = this.of(record) + share;
    const whole = Math.abs(sum - 1) <= TOLERANCE;
    if (whole) this.#other.delete(record);
    else this.#other.set(record, sum);
    const byte = record >> 3;
    if (byte >= this.#whole.length) {
      if (!whole) return;
      const grown = new Uint8Array(Math.max(byte + 1, 2 * this.#whole.length));
      grown.set(this.#whole);
      this.#whole = grown;
    }
    const bit = 1 << (record & 7);
    this.#whole[byte] = whole ? (this.#whole[byte] as number) | bit : (this.#whole[byte] as number) & ~bit;
  }

  of(record: number): number {
    return ((this.#whole[record >> 3] ?? 0) & (1 << (record & 7))) !== 0 ? 1 : (this.#other.get(record) ?? 0);
  }

  isWhole(record: number): boolean {
    return this.of(record) === 1;
  }

  /** Every record with a share: the whole ones in order, then the others. */
  *[Symbol.iterator](): Generator<readonly [number, number]> {
    for (let byte = 0; byte < this.#whole.length; byte += 1) {
      for (let bits = this.#whole[byte] as number, record = byte * 8; bits !== 0; bits >>= 1, record += 1) if ((bits & 1) !== 0) yield [record, 1];
    }
    yield* this.#other;
  }

  /** None of its records has less or more than a whole share. */
  get even(): boolean {
    return this.#other.size === 0;
  }

  /** The bitmap of whole records below `records`, record 0 in the lowest bit of the first byte. */
  bitmap(records: number): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(records / 8));
    bytes.set(this.#whole.subarray(0, bytes.length));
    if ((records & 7) !== 0) bytes[bytes.length - 1] = (bytes.at(-1) as number) & ((1 << (records & 7)) - 1);
    return bytes;
  }

  save(): SavedShares {
    const from = this.#whole.findIndex((bits) => bits !== 0);
    const to = this.#whole.findLastIndex((bits) => bits !== 0) + 1;
    const whole = from < 0 ? '' : Buffer.from(this.#whole.subarray(from, to)).toString('base64');
    return { first: Math.max(from, 0) * 8, whole, other: [...this.#other].toSorted(([a], [b]) => a - b) };
  }

  addSaved({ first, whole, other }: SavedShares): void {
    for (const [byte, bits] of Buffer.from(whole, 'base64').entries()) {
      for (let bit = 0; bit < 8; bit += 1) if ((bits & (1 << bit)) !== 0) this.add(first + byte * 8 + bit, 1);
    }
    for (const [record, share] of other) this.add(record, share);
  }
}
