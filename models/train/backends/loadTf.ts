import { loadPackage } from '../loadPackage.js';
import type { Tf } from '../tf.js';

/** The version of TensorFlow.js that this was written against. */
export const tfVersion = '4.22';

/** The union package: gradients are registered only there. @throws UsageError when it is missing */
export async function loadTf(purpose: string, more: readonly string[] = []): Promise<Tf> {
  const tf = await loadPackage<Tf>('@tensorflow/tfjs', purpose, ['@tensorflow/tfjs', ...more].map((name) => `${name}@${tfVersion}`));
  // No hints on the console, and no checks of every result for NaN.
  tf.enableProdMode();
  return tf;
}
