import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as tfjsWasm from '@tensorflow/tfjs-backend-wasm';
import type { Backend } from '../backend.js';
import { loadPackage } from '../loadPackage.js';
import { loadTf, tfVersion } from './loadTf.js';

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

/** WebAssembly with SIMD, one thread: TensorFlow.js has no threads in Node. */
export async function openWasm(): Promise<Backend> {
  const tf = await loadTf('the wasm backend', [PACKAGE]);
  const { setWasmPaths } = await loadPackage<typeof tfjsWasm>(PACKAGE, 'the wasm backend', [`${PACKAGE}@${tfVersion}`]);
  // Its own guess at the place of the .wasm files is for web pages.
  setWasmPaths(`${join(dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`)), 'dist')}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend of TensorFlow.js could not be started');
  return { name: 'wasm', tf, device: 'WebAssembly, 1 thread', limits: {}, software: false, check: () => {}, close: async () => {} };
}
