import { readFileSync } from 'node:fs';
import test from 'ava';
import { BufferPool } from '../../../../kernels/bufferPool.js';
import { piResize } from '../../../../kernels/piResize.js';
import { classifier, type ClassifierSample } from '../../../../models/train/classifier.js';
import { resizedKernel } from '../../../../models/train/layers/resizedKernel.js';
import { openTrainer } from '../../../../models/train/trainer.js';
import { UsageError } from '../../../../engine/errors.js';
import { apart, graphOf, numbers, onEach, wave } from '../../../helpers/backends.js';

test.serial('weights on the device are those of kernels/piResize, larger and smaller, on cpu and wasm', async (t) => {
  await onEach(['cpu', 'wasm'], async ({ name, tf }) => {
    const weights = wave(4 * 4 * 3 * 5);
    for (const to of [2, 3, 8]) {
      const { data } = piResize({ width: 4, height: 4, data: weights }, { width: to, height: to });
      const got = resizedKernel(tf, tf.tensor4d(weights, [4, 4, 3, 5]), to);
      t.deepEqual(got.shape, [to, to, 3, 5]);
      t.true(apart(await numbers(got), data) < 1e-5, `${name}, to ${to}`);
    }
  });
});

test.serial('the golden weights of FlexiViT', async (t) => {
  interface Case { readonly w_in: unknown[]; readonly w_out: unknown[] }
  const { pi_resize: cases } = (JSON.parse(readFileSync(new URL('../../../golden/big_vision/flexivit.json', import.meta.url), 'utf8')) as { cases: { pi_resize: Record<string, Case> } }).cases;
  await onEach(['wasm'], async ({ tf }) => {
    for (const [name, { w_in: from, w_out: expected }] of Object.entries(cases).filter(([key]) => /^\d->\d$/.test(key))) {
      const [values, wanted] = [from.flat(3) as number[], expected.flat(3) as number[]];
      const side = from.length;
      const got = resizedKernel(tf, tf.tensor4d(values, [side, side, 1, values.length / side ** 2]), expected.length);
      t.true(apart(await numbers(got), wanted) < 1e-5, name);
    }
  });
});

const model = classifier({ image: { width: 8, depth: 1, heads: 2, patchSize: 4, positions: { kind: 'learned', grid: [2, 2] } }, classes: 2 });
const samples = (patchSize?: number): ClassifierSample[] => [0, 1].map((label) => ({
  pixels: { width: 8, height: 8, data: wave(8 * 8 * 3, label) }, labels: Float32Array.of(label, 1 - label), ...(patchSize === undefined ? {} : { patchSize }),
}));

test.serial('one model learns in every patch size, and all of its weights move; its own size is the model without resizing', async (t) => {
  await onEach(['wasm'], async (backend) => {
    const { tf } = backend;
    const graph = graphOf(tf, model.parameters);
    const lossOf = async (patchSize?: number): Promise<number> => (await numbers(model.loss(graph, model.inputs(tf, model.collate(samples(patchSize), new BufferPool())))))[0] as number;
    t.is(await lossOf(4), await lossOf());
    const trainer = openTrainer(backend, model, { learningRate: 0.01 }, 0);
    const losses: number[] = [];
    for (let step = 0; step < 24; step += 1) losses.push((await trainer.step(trainer.collate(samples([1, 2, 4, 8][step % 4])))).loss);
    t.true((losses.at(-1) as number) < 0.5 * (losses[0] as number), losses.join(' '));
    trainer.close();
  });
});

test.serial('patches that do not cover the pictures are refused', async (t) => {
  await onEach(['wasm'], async ({ tf }) => {
    t.throws(() => model.inputs(tf, model.collate(samples(3), new BufferPool())), { instanceOf: UsageError, message: /8 x 8 pixels cannot be cut into patches of 3 x 3/ });
  });
});
