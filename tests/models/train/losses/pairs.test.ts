import { readFileSync } from 'node:fs';
import test from 'ava';
import { sigmoidPairs, type PairsInput } from '../../../../models/train/losses/sigmoidPairs.js';
import { softmaxPairs } from '../../../../models/train/losses/softmaxPairs.js';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf } from '../../../../models/train/tf.js';
import { apart, numbers, onEach, wave } from '../../../helpers/backends.js';

const golden = (JSON.parse(readFileSync(new URL('../../../golden/big_vision/siglip_loss.json', import.meta.url), 'utf8')) as { cases: { zimg: number[][]; ztxt: number[][]; t: number; b: number; loss: number } }).cases;

const given = (tf: Tf, x: number[][] | Tensor2D, y: number[][] | Tensor2D, t: number, b: number, weights?: number[]): PairsInput => {
  const [pictures, texts] = [x, y].map((side) => (Array.isArray(side) ? tf.tensor2d(side) : side)) as [Tensor2D, Tensor2D];
  return { pictures, texts, temperature: tf.scalar(t), bias: tf.scalar(b), weights: tf.tensor1d(weights ?? Array.from({ length: pictures.shape[0] }, () => 1)) };
};

test.serial('the sigmoid loss of the golden file, in every size of chunk, on cpu and wasm', async (t) => {
  await onEach(['cpu', 'wasm'], async ({ name, tf }) => {
    for (const chunk of [1, 2, 3, 100]) {
      const [loss] = await numbers(sigmoidPairs(tf, given(tf, golden.zimg, golden.ztxt, golden.t, golden.b), chunk));
      t.true(Math.abs((loss as number) - golden.loss) < 1e-6, `${name}, chunks of ${chunk}: ${loss}`);
    }
  });
});

/** SigLIP's loss in single operations, with TensorFlow.js's own gradients. */
function plainSigmoid(tf: Tf, { pictures, texts, temperature, bias, weights }: PairsInput): Scalar {
  const count = pictures.shape[0];
  const signs = tf.sub(tf.mul(2, tf.eye(count)), 1);
  const logits = tf.add(tf.mul(tf.matMul(pictures, texts, false, true), temperature), bias);
  const pairs = tf.mul(tf.reshape(weights, [count, 1]), tf.reshape(weights, [1, count]));
  return tf.div(tf.sum(tf.mul(pairs, tf.softplus(tf.neg(tf.mul(signs, logits))))), tf.sum(weights)) as Scalar;
}

test.serial('the chunked gradient equals that of the whole: by pictures, texts, temperature and bias, with padding', async (t) => {
  await onEach(['wasm'], async ({ tf }) => {
    const input = given(tf, tf.tensor2d(wave(35), [7, 5]), tf.tensor2d(wave(35, 1), [7, 5]), 3, -1, [1, 1, 0, 1, 1, 1, 0]);
    const gradientsOf = async (loss: (of: PairsInput) => Scalar): Promise<number[][]> => {
      const gradients = tf.grads((pictures: Tensor, texts: Tensor, temperature: Tensor, bias: Tensor) => loss({ ...input, pictures: pictures as Tensor2D, texts: texts as Tensor2D, temperature: temperature as Scalar, bias: bias as Scalar }));
      return await Promise.all(gradients([input.pictures, input.texts, input.temperature, input.bias]).map(numbers));
    };
    const expected = await gradientsOf((of) => plainSigmoid(tf, of));
    for (const chunk of [1, 3, 7]) {
      const got = await gradientsOf((of) => sigmoidPairs(tf, of, chunk));
      for (const [place, gradient] of got.entries()) t.true(apart(gradient, expected[place] as number[]) < 1e-5, `chunks of ${chunk}, gradient ${place}`);
    }
  });
});

test.serial('the softmax loss: cross-entropy both ways, padding left out', async (t) => {
  await onEach(['cpu', 'wasm'], async ({ name, tf }) => {
    const logits = golden.zimg.map((x) => golden.ztxt.map((y) => 5 * x.reduce((sum, value, at) => sum + value * (y[at] as number), 0)));
    const logSumExp = (values: readonly number[]): number => Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
    const entropies = (rows: readonly number[][]): number => rows.reduce((sum, row, at) => sum + logSumExp(row) - (row[at] as number), 0) / rows.length;
    const expected = (rows: readonly number[][]): number => (entropies(rows) + entropies(rows.map((_, at) => rows.map((row) => row[at] as number)))) / 2;
    const loss = async (weights: number[]): Promise<number> => (await numbers(softmaxPairs(tf, given(tf, golden.zimg, golden.ztxt, 5, 0, weights))))[0] as number;
    t.true(Math.abs((await loss([1, 1, 1])) - expected(logits)) < 1e-6, name);
    t.true(Math.abs((await loss([1, 1, 0])) - expected(logits.slice(0, 2).map((row) => row.slice(0, 2)))) < 1e-6, name);
  });
});

test.serial('padding teaches nothing: no gradient by its rows', async (t) => {
  await onEach(['wasm'], async ({ tf }) => {
    const weights = tf.tensor1d([1, 1, 0]) as Tensor1D;
    for (const loss of [sigmoidPairs, softmaxPairs]) {
      const input = given(tf, golden.zimg, golden.ztxt, 5, -2);
      const gradient = await numbers(tf.grad((pictures: Tensor) => loss(tf, { ...input, weights, pictures: pictures as Tensor2D }))(input.pictures));
      t.deepEqual(gradient.slice(4), [0, 0], loss.name);
      t.true(gradient.slice(0, 4).some((value) => value !== 0), loss.name);
    }
  });
});
