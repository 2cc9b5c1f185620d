import test from 'ava';
import { embedding } from '../../../../models/train/layers/embedding.js';
import { gelu } from '../../../../models/train/layers/gelu.js';
import { layerNorm } from '../../../../models/train/layers/layerNorm.js';
import { normal } from '../../../../models/train/parameters.js';
import type { Tensor, Tensor1D, Tensor2D, Tf } from '../../../../models/train/tf.js';
import { apart, graphOf, numbers, onEach, wave } from '../../../helpers/backends.js';

/** Value and gradient of the sum of `f(x)` weighted by fixed numbers. */
async function withGradient(tf: Tf, f: (x: Tensor) => Tensor, x: Tensor): Promise<[number[], number[]]> {
  const value = f(x);
  const gradient = tf.grad((input) => tf.sum(tf.mul(f(input), tf.tensor(wave(value.size, 3), value.shape))))(x);
  return [await numbers(value), await numbers(gradient)];
}

test.serial('gelu and layerNorm: their own gradients equal those of the single operations, on cpu and wasm', async (t) => {
  await onEach(['cpu', 'wasm'], async ({ name, tf }) => {
    const x = tf.tensor(wave(24), [4, 6]);
    const plainGelu = (v: Tensor): Tensor => tf.mul(tf.mul(0.5, v), tf.add(1, tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(v, tf.mul(0.044715, tf.mul(v, tf.mul(v, v))))))));
    const plainNorm = (v: Tensor): Tensor => {
      const { mean, variance } = tf.moments(v, -1, true);
      return tf.div(tf.sub(v, mean), tf.sqrt(tf.add(variance, 1e-6)));
    };
    const norm = layerNorm({ name: 'norm', width: 6 });
    const graph = graphOf(tf, norm.parameters);
    for (const [own, plain] of [[(v: Tensor) => gelu(tf, v), plainGelu], [(v: Tensor) => norm.apply(graph, v), plainNorm]] as const) {
      const [value, gradient] = await withGradient(tf, own, x);
      const [expected, slope] = await withGradient(tf, plain, x);
      t.true(apart(value, expected) < 1e-5, `${name}: values ${apart(value, expected)}`);
      t.true(apart(gradient, slope) < 1e-5, `${name}: gradients ${apart(gradient, slope)}`);
    }
  });
});

test.serial('gelu: known values', async (t) => {
  await onEach(['wasm'], async ({ tf }) => {
    t.true(apart(await numbers(gelu(tf, tf.tensor1d([-3, -1, 0, 1, 3]))), [-0.0036373, -0.158808, 0, 0.841192, 2.996363]) < 1e-5);
  });
});

test.serial('embedding: rows by id; the gradient adds up what an id gets several times, on cpu and wasm', async (t) => {
  await onEach(['cpu', 'wasm'], async ({ name, tf }) => {
    const table = embedding({ name: 'e', entries: 5, width: 3, init: normal(1) });
    const ids = tf.tensor1d([4, 0, 4, 2], 'int32') as Tensor1D;
    const graph = graphOf(tf, table.parameters);
    const weight = graph.weights.get('e/embedding') as Tensor2D;
    const rows = await numbers(table.apply(graph, ids));
    const all = await numbers(weight);
    t.deepEqual(rows, [4, 0, 4, 2].flatMap((id) => all.slice(id * 3, id * 3 + 3)), name);
    const gradient = tf.grad((w) => tf.sum(tf.mul(table.apply({ tf, weight: () => w }, ids), tf.tensor2d([[1, 2, 3], [4, 5, 6], [10, 20, 30], [7, 8, 9]]))))(weight);
    t.deepEqual(await numbers(gradient), [4, 5, 6, 0, 0, 0, 7, 8, 9, 0, 0, 0, 11, 22, 33], name);
  });
});
