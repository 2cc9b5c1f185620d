import type { Transform } from 'node:stream';

/**
 * Drives a zlib stream one piece at a time. Reading it as an async iterable would be shorter, but there an error throws away what is still
 * queued, and how much that is depends on timing: a truncated shard would yield other members on every run.
 */
export class ZlibPieces {
  readonly #engine: Transform;
  #output: Uint8Array[] = [];
  #failure: NodeJS.ErrnoException | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(engine: Transform) {
    this.#engine = engine;
    engine.on('data', (chunk: Uint8Array) => this.#output.push(chunk));
    engine.on('end', () => {
      this.#ended = true;
      this.#wake?.();
    });
    engine.on('error', (error) => {
      this.#failure = error;
      this.#wake?.();
    });
  }

  /** The engine's error; what `take` gave before it is good. */
  get failure(): NodeJS.ErrnoException | undefined {
    return this.#failure;
  }

  /** The compressed data is over: nothing more may be written. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when all that `piece` yields can be taken. */
  write(piece: Uint8Array): Promise<void> {
    // A failed write may never call back, and one after the end of the data neither: `error` and `end` wake us then.
    return this.#settled((done) => this.#engine.write(piece, (error) => error ?? done()));
  }

  /** Say that no more comes: `failure` then tells of data that is cut. */
  end(): Promise<void> {
    return this.#settled(() => this.#engine.end());
  }

  /** What was decompressed since the last call. */
  take(): Uint8Array[] {
    return this.#output.splice(0);
  }

  destroy(): void {
    this.#engine.destroy();
  }

  #settled(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#ended || this.#failure !== undefined) resolve();
      else start(resolve);
    });
  }
}
