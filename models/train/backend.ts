import { UsageError } from '../../engine/errors.js';
import { openCpu } from './backends/cpu.js';
import { openTensorflow } from './backends/tensorflow.js';
import { openWasm } from './backends/wasm.js';
import { openWebgpu } from './backends/webgpu.js';
import type { Tf } from './tf.js';

export const backendNames = ['webgpu', 'tensorflow', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backendNames)[number];

/** Where a model is trained: TensorFlow.js on one of its backends, with what that backend does not tell by itself. */
export interface Backend {
  readonly name: BackendName;
  readonly tf: Tf;
  /** The adapter or the library, for people. */
  readonly device: string;
  /** Limits of the device that a model may meet, by their WebGPU names; empty where there are none. */
  readonly limits: Readonly<Record<string, number>>;
  /** An adapter that computes on the processor. */
  readonly software: boolean;
  /**
   * Whatever the device has reported since it was opened. To be asked after every step has been read back: a device that refuses a buffer goes on
   * and gives zeros.
   * @throws Error that says what went wrong
   */
  check(): void;
  /** Gives the device back; without it the process does not end. */
  close(): Promise<void>;
}

const open: Readonly<Record<BackendName, () => Promise<Backend>>> = { webgpu: openWebgpu, tensorflow: openTensorflow, wasm: openWasm, cpu: openCpu };

/**
 * Open the backend that a run is to train on. One at a time: TensorFlow.js has one current backend in a process.
 *
 * `auto` takes the first that is there: a GPU by `webgpu`, `tensorflow` where it is installed, `wasm`, `cpu`. An adapter in software (Mesa's
 * llvmpipe, SwiftShader) is not a GPU: wasm is faster.
 *
 * @throws UsageError when a package is missing, with the command that installs it, or there is no adapter
 */
export async function openBackend(name: BackendName | 'auto'): Promise<Backend> {
  if (name !== 'auto') return await open[name]();
  const refused: string[] = [];
  for (const candidate of backendNames) {
    try {
      const backend = await open[candidate]();
      if (!backend.software) return backend;
      await backend.close();
      refused.push(`${candidate}: only ${backend.device}, in software`);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      refused.push(`${candidate}: ${error.message}`);
    }
  }
  throw new UsageError(`no backend to train on:\n  ${refused.join('\n  ')}`);
}
