import { createHash } from 'node:crypto';
import { tarEnd, tarMember } from '../formats/tar/tarWriter.js';
import { StoreError, type ObjectStore, type ObjectWriter } from '../storage/objectStore.js';
import type { MarkedPart } from './mark.js';
import { partName, type OutputLayout } from './outputLayout.js';

/** One tar part on its way: written under a scratch name, then linked once to its own. */
export class PartWriter {
  readonly #hash = createHash('sha256');
  #bytes = 0;
  samples = 0;
  members = 0;

  private constructor(
    readonly store: ObjectStore,
    readonly layout: OutputLayout,
    readonly lane: number,
    readonly spill: number,
    readonly scratch: string,
    readonly writer: ObjectWriter,
  ) {}

  static async open(store: ObjectStore, layout: OutputLayout, lane: number, spill: number, unique: string): Promise<PartWriter> {
    const scratch = `${layout.scratch}${partName(lane, spill, 0)}.${unique}`;
    return new PartWriter(store, layout, lane, spill, scratch, await store.openWrite(scratch));
  }

  get bytes(): number {
    return this.#bytes;
  }

  async add(name: string, data: Uint8Array): Promise<void> {
    for (const piece of tarMember(name, data)) await this.#write(piece);
  }

  async #write(piece: Uint8Array): Promise<void> {
    this.#hash.update(piece);
    this.#bytes += piece.byteLength;
    await this.writer.write(piece);
  }

  /**
   * Make the part durable under its name. A part of that name with an equal digest is adopted; with another content (an attempt that was not
   * marked, by other code), this one takes the next free attempt name, and the lane's mark chooses.
   * @returns the part, and whether this call created it
   */
  async commit(): Promise<{ readonly part: MarkedPart; readonly created: boolean }> {
    await this.#write(tarEnd());
    await this.writer.close();
    const sha256 = this.#hash.digest('hex');
    for (let attempt = 0; ; ) {
      const name = partName(this.lane, this.spill, attempt);
      const part = { name, bytes: this.#bytes, sha256, samples: this.samples, members: this.members };
      const created = await this.store.link(this.scratch, this.layout.at(name));
      const there = created ? sha256 : await digestOf(this.store, this.layout.at(name));
      if (there === sha256) {
        await this.store.remove(this.scratch);
        return { part, created };
      }
      // Gone meanwhile: a runner that came second took its part back, so the name is free again.
      if (there !== undefined) attempt += 1;
    }
  }

  async abort(): Promise<void> {
    await this.writer.abort();
    await this.store.remove(this.scratch);
  }
}

/** sha256 (hex) of an object; undefined when there is none. */
export async function digestOf(store: ObjectStore, url: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of store.read(url)) hash.update(chunk);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'not-found') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
