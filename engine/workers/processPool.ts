import { fork, type ChildProcess } from 'node:child_process';
import { StoppedError } from '../errors.js';
import type { LaneExecutor } from '../generate.js';
import type { LaneResult } from '../laneRunner.js';
import type { MeterSnapshot } from '../meter.js';
import type { StoreMeterSnapshot } from '../../storage/remote/storeMeter.js';
import type { Extent } from '../source.js';
import { errorOf, type FromWorker, type ToWorker, type WorkerInit } from './protocol.js';

/** Launchers tell a training process its rank; a lane process is none. */
const LAUNCHER_VARIABLES = ['RANK', 'WORLD_SIZE', 'LOCAL_RANK', 'LOCAL_WORLD_SIZE', 'GROUP_RANK', 'ROLE_RANK', 'MASTER_ADDR', 'MASTER_PORT'];

export interface ProcessPool extends LaneExecutor {
  /** Sum over the processes of their largest resident sets, in bytes, as far as they have told. */
  readonly peakRssBytes: number;
  /** The latest meters of all processes, those that ended included. */
  meters(): readonly MeterSnapshot[];
  /** What their remote stores did. */
  storage(): readonly StoreMeterSnapshot[];
  /** Ask every process to tell on stderr what its lane waits for. */
  explain(): void;
  close(): Promise<void>;
}

/** Processes that run lanes, each with its own share of the budget. A native crash costs one attempt at one lane. */
export function processPool(module: URL, workers: number, init: WorkerInit): ProcessPool {
  const idle: LaneProcess[] = [];
  const all: LaneProcess[] = [];
  // At a second signal this process exits in the middle, and a lane deep in a computation would not hear of it.
  const kill = (): void => all.forEach((worker) => worker.kill());
  process.once('exit', kill);
  return {
    concurrency: workers,
    get peakRssBytes() {
      return all.reduce((sum, worker) => sum + worker.rssBytes, 0);
    },
    meters: () => all.flatMap((worker) => (worker.meter === undefined ? [] : [worker.meter])),
    storage: () => all.flatMap((worker) => (worker.storage === undefined ? [] : [worker.storage])),
    explain: () => all.forEach((worker) => worker.explain()),
    async run(extent, signal) {
      let worker = idle.pop();
      while (worker?.alive === false) worker = idle.pop(); // killed while it waited: no attempt is lost
      if (worker === undefined) {
        worker = new LaneProcess(module, init);
        all.push(worker);
      }
      try {
        return await worker.run(extent, signal);
      } finally {
        if (worker.alive) idle.push(worker);
      }
    },
    async close() {
      await Promise.all(all.map((worker) => worker.end()));
      process.off('exit', kill);
    },
  };
}

class LaneProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #settle: { resolve(result: LaneResult): void; reject(error: Error): void } | undefined;
  #death: Error | undefined;
  rssBytes = 0;
  meter: MeterSnapshot | undefined;
  storage: StoreMeterSnapshot | undefined;

  constructor(module: URL, init: WorkerInit) {
    const env = { ...process.env };
    for (const name of LAUNCHER_VARIABLES) delete env[name];
    this.#child = fork(module, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env, execArgv: [], serialization: 'advanced' });
    this.#child.on('message', (message: FromWorker) => this.#heard(message));
    this.#ended = new Promise((resolve) => {
      const died = (what: string): void => {
        this.#death = Object.assign(new Error(`a lane process died (${what})`), { code: 'worker-died' });
        this.#settle?.reject(this.#death);
        this.#settle = undefined;
        resolve();
      };
      this.#child.on('error', (error) => died(error.message));
      this.#child.on('exit', (code, signal) => died(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    this.#send({ type: 'init', init });
  }

  get alive(): boolean {
    return this.#death === undefined;
  }

  run(extent: Extent, signal: AbortSignal): Promise<LaneResult> {
    return new Promise((resolve, reject) => {
      if (this.#death !== undefined) return reject(this.#death);
      const stop = (): void => this.#send({ type: 'stop' });
      const settled = (): void => signal.removeEventListener('abort', stop);
      this.#settle = {
        resolve: (result) => (settled(), resolve(result)),
        reject: (error) => (settled(), reject(error)),
      };
      if (signal.aborted) return this.#settle.reject(new StoppedError('the run was stopped'));
      signal.addEventListener('abort', stop, { once: true });
      this.#send({ type: 'lane', extent });
    });
  }

  explain(): void {
    this.#send({ type: 'explain' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }

  #heard(message: FromWorker): void {
    if (message.type === 'meter') {
      this.rssBytes = Math.max(this.rssBytes, message.rssBytes);
      this.meter = message.meter;
      this.storage = message.storage;
    } else if (message.type === 'done') {
      this.#settle?.resolve(message.result);
      this.#settle = undefined;
    } else if (message.type === 'failed') {
      this.#settle?.reject(errorOf(message.error));
      this.#settle = undefined;
    }
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message);
  }
}
