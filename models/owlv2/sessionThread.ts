import { Worker } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';

/** A tensor on its way to or from the thread: values and shape. The element type is that of `data`. */
export interface SessionTensor {
  readonly data: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
}

/** A session that lives in the thread. */
export interface ThreadSession extends Pick<InferenceSession, 'inputNames' | 'outputNames' | 'inputMetadata'> {
  /**
   * Runs the session; `wanted` names the outputs to compute. Runs are served in the order of the calls, and several may be waiting: the
   * thread then goes from one to the next without a pause. **The arrays of `feeds` move to the thread and are empty afterwards**, unless
   * they are views of a larger buffer, which are copied. Outputs belong to the caller.
   */
  run(feeds: Readonly<Record<string, SessionTensor>>, wanted: readonly string[]): Promise<Readonly<Record<string, SessionTensor>>>;
}

/** A worker thread that owns onnxruntime sessions. */
export interface SessionThread {
  /** The version of onnxruntime-node. */
  readonly version: string;
  load(path: string, options: InferenceSession.SessionOptions): Promise<ThreadSession>;
  /** Serves what was asked before, then frees the sessions and ends the thread. Resolves when it has ended, also when it had died. */
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Longer than any batch should take; only a thread that died a moment ago, unnoticed, is waited for so long. */
const MOST_EXIT_WAIT_MS = 60_000;

type Reply = { readonly id: number; readonly value?: unknown; readonly error?: string };

/**
 * Starts a worker thread for onnxruntime sessions. `InferenceSession.run` of onnxruntime-node blocks the isolate that calls it; in a thread of
 * its own the calling isolate decodes and prepares the next batch meanwhile (DESIGN section 4: threads run kernels only).
 *
 * An error of onnxruntime rejects its own request, with onnxruntime's message. When the thread itself ends (a crash, out of memory), all
 * requests that wait, and all later ones, reject with an Error of `code` `'worker-died'`; it is not started again: load the model again. The
 * thread keeps the process alive while requests wait, and not while it is idle. `process.exit` waits for the one request in the thread, because
 * onnxruntime cannot be interrupted, and drops the others.
 *
 * @param script what runs in the thread; tests have others
 */
export async function openSessionThread(script: URL = new URL('./sessionWorker.mjs', import.meta.url)): Promise<SessionThread> {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  // Without execArgv the thread would take over this process's own, such as `--import tsx`, and start ten times slower.
  const worker = new Worker(script, { execArgv: [], name: 'onnxruntime', workerData: { gate: gate.buffer } });
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let reason: string | undefined;
  let refusal: Error | undefined;
  let closing: Promise<void> | undefined;

  // Node stops threads when the process exits, and onnxruntime-node aborts the whole process (SIGABRT, the exit code is lost) when it is
  // stopped inside a call. So an exit takes up no more requests and waits for the one in the thread.
  const holdExit = (): void => {
    Atomics.store(gate, 1, 1);
    Atomics.wait(gate, 0, 1, MOST_EXIT_WAIT_MS);
  };
  process.on('exit', holdExit);

  const ended = new Promise<void>((resolve) => {
    worker.on('error', (error: unknown) => (reason ??= error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => {
      const died = workerDied(`the thread that runs onnxruntime died (${reason ?? `exit code ${code}`}); what it was working on is lost: load the model again`);
      refusal ??= died;
      for (const { reject } of pending.values()) reject(died);
      pending.clear();
      process.off('exit', holdExit);
      resolve();
    });
  });
  worker.on('message', ({ id, value, error }: Reply) => {
    const waiting = pending.get(id);
    pending.delete(id);
    if (pending.size === 0 && closing === undefined) worker.unref();
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  });

  function ask(kind: 'start' | 'load' | 'run' | 'close', request: object = {}, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const id = (lastId += 1);
      worker.postMessage({ id, kind, ...request }, transfer);
      if (pending.size === 0) worker.ref();
      pending.set(id, { resolve, reject });
    });
  }

  async function load(path: string, options: InferenceSession.SessionOptions): Promise<ThreadSession> {
    const { session, ...names } = (await ask('load', { path, options })) as Omit<ThreadSession, 'run'> & { session: number };
    return {
      ...names,
      run(inputs, wanted) {
        const feeds = Object.fromEntries(Object.entries(inputs).map(([name, { data, dims }]) => [name, { type: typeName(data), data: owning(data), dims }]));
        const buffers = new Set(Object.values(feeds).map(({ data }) => data.buffer as ArrayBuffer));
        return ask('run', { session, feeds, wanted }, [...buffers]) as ReturnType<ThreadSession['run']>;
      },
    };
  }

  function close(): Promise<void> {
    if (closing === undefined) {
      const freed = ask('close');
      refusal ??= new Error('the thread that runs onnxruntime was closed');
      closing = freed.catch(() => {}).then(() => ended);
    }
    return closing;
  }

  try {
    const { version } = (await ask('start')) as { version: string };
    return { version, load, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const workerDied = (message: string): Error => Object.assign(new Error(message), { code: 'worker-died' });

const typeName = (data: Float32Array | BigInt64Array): 'float32' | 'int64' => (data instanceof Float32Array ? 'float32' : 'int64');

/** Only a whole buffer may be transferred: part of one would take its neighbours along. */
function owning(data: Float32Array | BigInt64Array): Float32Array | BigInt64Array {
  return data.byteLength === data.buffer.byteLength && data.buffer instanceof ArrayBuffer ? data : data.slice();
}
