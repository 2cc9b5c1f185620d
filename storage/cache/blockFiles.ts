import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../fileError.js';
import { partialName } from '../partialName.js';
import { removeStalePartials } from '../removeStalePartials.js';

export interface BlockFilesOptions {
  readonly folder: string;
  readonly maxBytes: number;
  /** Told once, when the disk takes no more and nothing is kept from then on. */
  readonly warn: (message: string) => void;
}

const DIGEST_BYTES = 32;
const NAME = /^[0-9a-f]{64}$/;
/** Of `maxBytes`: what stays after a clearing, so that not every block clears. */
const KEPT_SHARE = 0.9;
/** A block used again within this time is not marked anew, in milliseconds. */
const TOUCH_EVERY_MS = 60_000;

/**
 * Blocks of bytes in files, shared by processes. A file is the sha256 of its bytes and the bytes; it gets its name, which says what it is of, by a
 * rename when it is whole and on the disk. What does not agree with its digest is removed and counts as not there. Of too many, those not used for
 * the longest go (their times of change are their last uses).
 */
export class BlockFiles {
  readonly #options: BlockFilesOptions;
  #opened: Promise<void> | undefined;
  #isOff = false;
  /** Bytes in the folder as far as this process knows: counted at a clearing, then added up. */
  #bytes = 0;
  #clearing: Promise<void> | undefined;

  constructor(options: BlockFilesOptions) {
    this.#options = options;
  }

  static nameOf(...parts: readonly (string | number)[]): string {
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    await this.#open();
    const path = this.#path(name);
    try {
      const found = await readFile(path);
      const bytes = found.subarray(DIGEST_BYTES);
      if (found.byteLength < DIGEST_BYTES || !createHash('sha256').update(bytes).digest().equals(found.subarray(0, DIGEST_BYTES))) {
        await rm(path, { force: true });
        return undefined;
      }
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > TOUCH_EVERY_MS) await utimes(path, new Date(), new Date());
      return new Uint8Array(bytes); // the consumer's own, without the digest before it
    } catch {
      return undefined; // not there, cleared by another process, or a disk that cannot read: the store has it
    }
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.#open();
    if (this.#isOff || bytes.byteLength > this.#options.maxBytes) return;
    const path = this.#path(name);
    const partial = join(this.#options.folder, partialName(name.slice(0, 16)));
    try {
      const handle = await open(partial, 'wx');
      try {
        await handle.writeFile(createHash('sha256').update(bytes).digest());
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await mkdir(join(this.#options.folder, name.slice(0, 2)), { recursive: true });
      await rename(partial, path);
      this.#bytes += bytes.byteLength + DIGEST_BYTES;
      if (this.#bytes > this.#options.maxBytes) await this.#clear();
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      this.#turnOff(error);
    }
  }

  #turnOff(error: unknown): void {
    if (this.#isOff) return;
    this.#isOff = true;
    this.#options.warn(`the cache in ${this.#options.folder} is off from now on: it cannot be written (${errnoOf(error) ?? (error as Error).message}); the run goes on without it`);
  }

  #path(name: string): string {
    return join(this.#options.folder, name.slice(0, 2), name);
  }

  #open(): Promise<void> {
    this.#opened ??= (async () => {
      try {
        await mkdir(this.#options.folder, { recursive: true });
        await removeStalePartials(this.#options.folder);
        await this.#clear();
      } catch (error) {
        this.#turnOff(error);
      }
    })();
    return this.#opened;
  }

  /** Count what is there, and remove the longest unused above the limit. */
  #clear(): Promise<void> {
    this.#clearing ??= this.#clearNow().finally(() => (this.#clearing = undefined));
    return this.#clearing;
  }

  async #clearNow(): Promise<void> {
    const { folder, maxBytes } = this.#options;
    const files: { readonly path: string; readonly bytes: number; readonly used: number }[] = [];
    for (const part of await readdir(folder)) {
      if (!/^[0-9a-f]{2}$/.test(part)) continue;
      for (const name of await readdir(join(folder, part)).catch(() => [])) {
        if (!NAME.test(name)) continue;
        const path = join(folder, part, name);
        const found = await stat(path).catch(() => undefined); // another process may have been faster
        if (found !== undefined) files.push({ path, bytes: found.size, used: found.mtimeMs });
      }
    }
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > maxBytes) {
      for (const file of files.toSorted((a, b) => a.used - b.used)) {
        if (bytes <= maxBytes * KEPT_SHARE) break;
        await rm(file.path, { force: true });
        bytes -= file.bytes;
      }
    }
    this.#bytes = bytes;
  }
}
