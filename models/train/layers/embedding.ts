import { checkInteger } from '../../../engine/check.js';
import type { ParameterSpec } from '../parameters.js';
import type { Graph, Tensor1D, Tensor2D } from '../tf.js';

/** Elements of a one-hot matrix that are made at once. */
const CHUNK = 2 ** 24;

/** A row of a table for each token id; `Embed` of the papers' code. */
export function embedding({ name, entries, width, init }: { readonly name: string; readonly entries: number; readonly width: number; readonly init: ParameterSpec['init'] }) {
  checkInteger(name, 'entries', entries, 1);
  return {
    parameters: [{ name: `${name}/embedding`, shape: [entries, width], init, decays: true }] satisfies ParameterSpec[],
    /** `[n]` ids to `[n, width]`. The gradient is a product with one-hot rows, some at a time: the wasm backend cannot add up rows by their number. */
    apply({ tf, weight }: Graph, ids: Tensor1D): Tensor2D {
      const op = tf.customGrad((table) => ({
        value: tf.gather(table as Tensor2D, ids),
        gradFunc: (dy: Tensor2D) => {
          const count = ids.shape[0];
          const step = Math.max(1, Math.floor(CHUNK / entries));
          let sum: Tensor2D | undefined;
          for (let at = 0; at < count; at += step) {
            const rows = Math.min(step, count - at);
            // Whole numbers first: the wasm backend's oneHot writes integers into what it calls float32.
            const hot = tf.cast(tf.oneHot(tf.slice(ids, [at], [rows]), entries), 'float32') as Tensor2D;
            const part = tf.matMul(tf.transpose(hot), tf.slice(dy, [at, 0], [rows, width])) as Tensor2D;
            sum = sum === undefined ? part : tf.add(sum, part);
          }
          return sum ?? (tf.zeros([entries, width]) as Tensor2D);
        },
      }));
      return op(weight(`${name}/embedding`)) as Tensor2D;
    },
  };
}
