import { Worker } from 'node:worker_threads';
import { checkInteger } from '../check.js';
import { kernelErrorOf, type PlainKernelError } from './kernelError.js';
import type { Kernel, RunKernel } from './kernel.js';

/** Threads that run kernels. */
export interface KernelPool {
  /** Calls the kernel in the thread with the fewest calls before it. Rejects with what the kernel threw, `SampleFault` included. */
  readonly run: RunKernel;
  /** Ends the threads; calls that wait are rejected. */
  close(): Promise<void>;
}

interface Call {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

type Reply = { readonly id: number; readonly value?: unknown; readonly error?: PlainKernelError };

/**
 * `threads` threads for kernels, each started when it is first needed. What a stage makes of a result does not depend on them: calls are answered
 * in any order, and the stage puts its samples in theirs.
 *
 * A thread that ends by itself (out of memory, a crash inside a native library that only throws) rejects its calls, with `code`
 * `'worker-died'`; the next call starts another. Idle threads do not keep the process alive.
 */
export function kernelPool(threads: number): KernelPool {
  checkInteger('a kernel pool', 'threads', threads, 1);
  const pool: KernelThread[] = [];
  let closed = false;
  return {
    run: <A extends readonly unknown[], R>(kernel: Kernel<A, R>, ...args: A) => {
      if (closed) return Promise.reject(new Error('the kernel pool was closed'));
      for (let at = pool.length - 1; at >= 0; at -= 1) if (!(pool[at] as KernelThread).alive) pool.splice(at, 1);
      let thread = pool[0];
      for (const other of pool) if (thread === undefined || other.calls < thread.calls) thread = other;
      if (thread === undefined || (thread.calls > 0 && pool.length < threads)) pool.push((thread = new KernelThread()));
      return thread.run(kernel, args);
    },
    async close() {
      closed = true;
      await Promise.all(pool.map((thread) => thread.end()));
    },
  };
}

class KernelThread {
  // Without execArgv the thread would take over this process's own, such as `--import tsx`, and load the compiler twice.
  readonly #worker = new Worker(new URL('./kernelThread.mjs', import.meta.url), { execArgv: [], name: 'kernels' });
  readonly #calls = new Map<number, Call>();
  #lastId = 0;
  #ending = false;
  alive = true;

  constructor() {
    let reason: string | undefined;
    this.#worker.on('error', (error: unknown) => (reason = error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => {
      this.alive = false;
      const died = Object.assign(new Error(`a kernel thread died (${reason ?? `exit code ${code}`})`), { code: 'worker-died' });
      for (const { reject } of this.#calls.values()) reject(died);
      this.#calls.clear();
    });
    this.#worker.on('message', ({ id, value, error }: Reply) => {
      const call = this.#calls.get(id);
      this.#calls.delete(id);
      if (this.#calls.size === 0 && !this.#ending) this.#worker.unref();
      if (error === undefined) call?.resolve(value as never);
      else call?.reject(kernelErrorOf(error));
    });
  }

  get calls(): number {
    return this.#calls.size;
  }

  run<A extends readonly unknown[], R>({ module, name }: Kernel<A, R>, args: A): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const id = (this.#lastId += 1);
      // A view of a small part of a buffer would be cloned with all of it.
      this.#worker.postMessage({ id, kernel: { module, name }, args: args.map(tight) }, []);
      if (this.#calls.size === 0) this.#worker.ref();
      this.#calls.set(id, { resolve, reject });
    });
  }

  async end(): Promise<void> {
    // An idle thread does not keep the process alive, and so not the wait for its end: the process would end in the middle, with code 13.
    this.#ending = true;
    this.#worker.ref();
    await this.#worker.terminate();
  }
}

/** The same value, its bytes alone in their buffers. */
function tight(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView) && value.byteLength < value.buffer.byteLength) {
    // Not `slice` of a Buffer, which shares its memory.
    return Buffer.isBuffer(value) ? new Uint8Array(value) : (value as Uint8Array).slice();
  }
  return value;
}
