import { createRequire } from 'node:module';
import type * as nodeUtil from 'node:util';
import { UsageError } from '../../../engine/errors.js';
import type { Backend } from '../backend.js';
import { isMissing, loadPackage } from '../loadPackage.js';
import type { Tf } from '../tf.js';

const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** TensorFlow's C library, where the user has installed it: with CUDA, or on the processor. It brings its own TensorFlow.js. */
export async function openTensorflow(): Promise<Backend> {
  restoreRemovedUtil();
  for (const name of PACKAGES) {
    try {
      const tf = await loadPackage<Tf>(name, 'the tensorflow backend');
      tf.enableProdMode();
      if (!(await tf.setBackend('tensorflow'))) throw new Error(`the backend of ${name} could not be started`);
      return { name: 'tensorflow', tf, device: name, limits: {}, software: false, check: () => {}, close: async () => {} };
    } catch (error) {
      if (!(error instanceof UsageError) || !isMissing(error.cause, name)) throw error;
    }
  }
  throw new UsageError(`the tensorflow backend needs ${PACKAGES.join(' or ')}, and neither is installed: npm install ${PACKAGES[1]}`);
}

/** tfjs-node 4.22 calls functions that Node 23 removed from `util`. */
function restoreRemovedUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as typeof nodeUtil & Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
